/** Builds a broken twin of the JavaScript engine: a copy of the source with one change, compiled as the real one is. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type StrategyChoice, buildJavaScript } from "../../scripts/build-engine.mjs"
import type { Change, Fault } from "./faults.js"

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

function apply(id: string, { file, from, to }: Change, sourceDir: string): void {
  const path = join(sourceDir, file)
  const source = readFileSync(path, "utf8")
  const places = source.split(from).length - 1
  if (places !== 1) throw new Error(`Cannot build twin ${id}: ${file} has ${places} places to change, not 1`)
  writeFileSync(
    path,
    source.replace(from, () => to),
  )
}

/** The engine with one fault in it; with none, an ordinary copy. @throws Error when the source no longer has what is to be changed */
export async function buildTwin(
  fault: Omit<Fault, "model"> | undefined,
  { stepwise = false, checked = true, ...strategies }: TwinOptions = {},
): Promise<Twin> {
  const dir = mkdtempSync(join(tmpdir(), "outlive-twin-"))
  const sourceDir = join(dir, "engine")
  cpSync(ENGINE, sourceDir, { recursive: true })
  if (fault) for (const change of [fault, ...(fault.also ?? [])]) apply(fault.id, change, sourceDir)
  writeFileSync(join(dir, "package.json"), '{ "type": "module" }')
  const outFile = join(dir, "twin.js")
  await buildJavaScript({ sourceDir, outFile, checked, stepwise, ...strategies })
  return { url: pathToFileURL(outFile).href, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
