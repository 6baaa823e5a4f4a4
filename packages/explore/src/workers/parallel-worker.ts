/** One worker of a parallel search: does jobs as they come. */
import { parentPort, workerData } from "node:worker_threads"
import "../platform/atomics.js"
import { explore } from "../explore.js"
import type { Model, Result } from "../model.js"
import type { Job, WorkerInput } from "./parallel.js"

const { modelUrl, exportName, options } = workerData as WorkerInput
const loaded = import(modelUrl) as Promise<Record<string, Model<unknown>>>

parentPort!.on("message", (job: Job) => void answer(job))

async function answer(job: Job): Promise<void> {
  const model = (await loaded)[exportName]!
  parentPort!.postMessage(sendable(work(model, job)))
}

function work(model: Model<unknown>, job: Job): Result {
  if ("beginning" in job) return explore(model, { ...options, beginning: job.beginning })
  const seed = (options.seed ?? 1) + job.run * 7919
  const executions = Math.ceil((options.executions ?? 10_000) / job.runs)
  return explore(model, { ...options, seed, executions })
}

/** What a message cannot carry becomes text. */
function sendable(result: Result): Result {
  if (result.verdict === "pass") return result
  const trace = result.trace.map((step) => ("result" in step ? { ...step, result: plain(step.result) } : step))
  return { ...result, trace, error: plain(result.error) }
}

function plain(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return String(value)
  }
}
