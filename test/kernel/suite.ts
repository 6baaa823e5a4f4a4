/** One conformance suite over every build, and over both kinds of fence lock where that means something. */
import { describe, test } from "vitest"
import { BUILDS } from "../unit/world.js"

/** Under what the cases of a suite run. */
export type Configuration = (typeof BUILDS)[number] & { readonly fenceLock: "inline" | "external" }

/** What a suite is a port of. */
export interface Suite {
  readonly name: string
  /** Upstream's cases that have a meaning here. */
  readonly upstream: number
  /** Upstream's cases that cannot be ported, each with the reason. */
  readonly notPorted?: Readonly<Record<string, string>>
  /** Default: both. */
  readonly fenceLocks?: readonly ("inline" | "external")[]
}

type Case = (configuration: Configuration) => void | Promise<void>

/** Declares the suite's cases, by upstream's names, once for each configuration. */
export function suite(about: Suite, cases: Readonly<Record<string, Case>>): void {
  for (const build of BUILDS)
    for (const fenceLock of about.fenceLocks ?? (["inline", "external"] as const))
      describe(`${about.name} [${build.engine} ${build.flavour} ${fenceLock}]`, () => {
        for (const [name, body] of Object.entries(cases)) test(name, () => body({ ...build, fenceLock }))
      })
}
