/** Builds a broken twin of the JavaScript engine: a copy of the source with one change, compiled as the real one is. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { StrategyChoice } from "../../scripts/build-engine.mjs"
import { buildChanged } from "../../scripts/changed-engine.mjs"
import type { Fault } from "./faults.js"

const ENGINE = fileURLToPath(new URL("../../packages/core/engine", import.meta.url))

export interface Twin {
  /** What `Scenario.engineUrl` wants. */
  readonly url: string
  remove(): void
}

export interface TwinOptions {
  readonly stepwise?: boolean
  readonly checked?: boolean
  /** With another lock, or another scheme, than the package's. */
  readonly lock?: StrategyChoice
  readonly scheme?: StrategyChoice
  /** The lab, with this scheme, instead of the engine. */
  readonly lab?: StrategyChoice
  /** With files of the engine that are in no other build. */
  readonly extras?: readonly string[]
}

/** The changed files, by their names within the engine. */
function changesOf({ id, file, from, to, also = [] }: Omit<Fault, "model">): ReadonlyMap<string, string> {
  const changed = new Map<string, string>()
  for (const change of [{ file, from, to }, ...also]) {
    const source = changed.get(change.file) ?? readFileSync(join(ENGINE, change.file), "utf8")
    const places = source.split(change.from).length - 1
    if (places !== 1) throw new Error(`Cannot build twin ${id}: ${change.file} has ${places} places to change, not 1`)
    changed.set(
      change.file,
      source.replace(change.from, () => change.to),
    )
  }
  return changed
}

/** The engine with one fault in it; with none, an ordinary copy. @throws Error when the source no longer has what is to be changed */
export async function buildTwin(
  fault: Omit<Fault, "model"> | undefined,
  { stepwise = false, checked = true, ...strategies }: TwinOptions = {},
): Promise<Twin> {
  const changes = fault ? changesOf(fault) : new Map<string, string>()
  const dir = mkdtempSync(join(tmpdir(), "outlive-twin-"))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  writeFileSync(join(dir, "package.json"), '{ "type": "module" }')
  const outFile = join(dir, "twin.js")
  try {
    await buildChanged(changes, { outFile, checked, stepwise, ...strategies })
  } catch (error) {
    remove()
    throw error
  }
  return { url: pathToFileURL(outFile).href, remove }
}
