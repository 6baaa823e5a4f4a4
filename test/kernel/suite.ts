/** One conformance suite over every build, and over both kinds of fence lock where that means something. */
import { describe, test } from "vitest"
import { BUILDS } from "../unit/world.js"
import { forCiUnless } from "../prove.js"

/** Under what the cases of a suite run. */
export type Configuration = (typeof BUILDS)[number] & { readonly fenceLock: "inline" | "external" }

/** What a suite is a port of. */
export interface Suite {
  readonly name: string
  /** How many cases upstream has; what is not ported is among them. */
  readonly upstream: number
  /** Upstream's cases that cannot be ported, each with the reason. */
  readonly notPorted?: Readonly<Record<string, string>>
  /** Default: both. */
  readonly fenceLocks?: readonly ("inline" | "external")[]
  /** Cases that take a second or so: `npm test` has them over one build, CI over the others. */
  readonly forCi?: readonly string[]
}

type Cases = Readonly<Record<string, (configuration: Configuration) => void | Promise<void>>>

/** What each case leaves for the table (`conformance-table.ts`). */
export interface ConformanceMeta {
  readonly suite: string
  readonly configuration: string
  readonly upstream: number
  readonly notPorted: Readonly<Record<string, string>>
  /** False for a case of our own. */
  readonly ported: boolean
}

/** Declares a suite once for each configuration: `cases` by upstream's names, and cases of our own beside them. */
export function suite(about: Suite, cases: Cases, ours: Cases = {}): void {
  const fenceLocks = about.fenceLocks ?? (["inline", "external"] as const)
  const [firstLock] = fenceLocks
  for (const build of BUILDS)
    for (const fenceLock of fenceLocks) {
      const configuration = `${build.engine} ${build.flavour} ${fenceLock}`
      const isFirst = build.engine === "wasm" && build.flavour === "release" && fenceLock === firstLock
      const isShort = (name: string) => isFirst || !about.forCi?.includes(name)
      const declare = (of: Cases, ported: boolean) => {
        for (const [name, body] of Object.entries(of))
          test(name, forCiUnless(isShort(name)), ({ task }) => {
            const { name: suiteName, upstream, notPorted = {} } = about
            const meta: ConformanceMeta = { suite: suiteName, configuration, upstream, notPorted, ported }
            Object.assign(task.meta, { conformance: meta })
            return body({ ...build, fenceLock })
          })
      }
      describe(`${about.name} [${configuration}]`, () => {
        declare(cases, true)
        declare(ours, false)
      })
    }
}
