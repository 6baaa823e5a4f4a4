/** One worker of a parallel search: does jobs as they come. */
import { parentPort, workerData } from "node:worker_threads"
import "../platform/atomics.js"
import { exploreAsync, isAsynchronous } from "../explore-async.js"
import type { Model, Options, Result } from "../model.js"
import { slot } from "../platform/native.js"
import { thrownText } from "../text.js"
import { type Answer, IS_ASYNCHRONOUS, type Order, type WorkerInput } from "./crew.js"
import { enterWorker } from "./modules.js"
import { importModel } from "./parallel.js"
import { refusedBy } from "./refused.js"

const { modelUrl, exportName, argument, options, stop, sourceMaps } = workerData as WorkerInput
const stopWord = new Int32Array(stop)
enterWorker()
if (sourceMaps) process.setSourceMapsEnabled(true)
const loaded = importModel(modelUrl, exportName, argument)
// Told to whoever asks first.
loaded.catch(() => {})

parentPort!.on("message", (order: Order | typeof IS_ASYNCHRONOUS) => void answer(order))

/** Nobody else hears what goes wrong here: whatever it is, it is an answer. */
async function answer(order: Order | typeof IS_ASYNCHRONOUS): Promise<void> {
  try {
    if (order === IS_ASYNCHRONOUS) return tell({ asynchronous: await isAsynchronous(await loaded, options) })
    tell({ result: sendable(await work(await loaded, order)) })
  } catch (error) {
    tell({ refused: refusedBy(error) })
  }
}

const tell = (message: Answer) => parentPort!.postMessage(message)

function work(model: Model<unknown>, { job, share }: Order): Promise<Result> {
  const onProgress: Options["onProgress"] = (soFar) => {
    tell({ soFar })
    return slot.functions.load(stopWord, 0) === 0
  }
  const onCheckpoint: Options["onCheckpoint"] = (checkpoint) => tell({ checkpoint })
  const part = { ...options, ...share, onProgress }
  if ("beginning" in job) return exploreAsync(model, { ...part, beginning: job.beginning, onCheckpoint })
  return exploreAsync(model, { ...part, seed: (options.seed ?? 1) + job.run * 7919 })
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
    return thrownText(value)
  }
}
