/** The thread on which `outlive death` explores: one message for each death. */
import { parentPort, workerData } from "node:worker_threads"
import { inspect } from "node:util"
import type { DeathResult } from "@outlive/models"
import { DONE, type DeathsInput } from "./deaths-apart.js"

// Before what tells steps is loaded: Node reads a module's map when it loads it.
process.setSourceMapsEnabled(true)
const { engineFrom, exploreDeaths } = await import("@outlive/models")
const { findProgram } = await import("@outlive/programs")

const { program, size, timeMs, engine, stop } = workerData as DeathsInput
const factory = engine === undefined ? undefined : await engineFrom(engine)
for (const one of exploreDeaths(await findProgram(program), size, { timeMs }, factory)) {
  parentPort!.postMessage(sendable(one))
  // Ctrl-C comes in between two deaths.
  if (Atomics.load(new Int32Array(stop), 0) === 1) break
}
parentPort!.postMessage(DONE)

/** What a message cannot carry becomes text. */
function sendable(one: DeathResult): DeathResult {
  const { result } = one
  if (result.verdict === "pass") return one
  const trace = result.trace.map((step) => ("result" in step ? { ...step, result: plain(step.result) } : step))
  return { ...one, result: { ...result, trace, error: plain(result.error) } }
}

function plain(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return inspect(value)
  }
}
