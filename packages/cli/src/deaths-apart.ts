/**
 * Deaths explored on a thread of their own: what dies may loop without a step, and whoever listens for Ctrl-C has to hear it.
 */
import { Worker } from "node:worker_threads"
import type { DeathResult } from "@outlive/models"
import type { Size } from "@outlive/programs"

export interface Deaths {
  /** Name, or URL of the module that exports it. */
  readonly program: string
  readonly size: Size
  /** For each death. */
  readonly timeMs: number
  /** URL of another build of the engine. */
  readonly engine: string | undefined
}

/** The last message: a thread that ends without it was ended by what it explored. */
export const DONE = "done"

export interface DeathsInput extends Deaths {
  /** One word: 1 when the next is not to begin. */
  readonly stop: SharedArrayBuffer
}

/** All that were found; after an abort, those that had begun. @throws what was thrown there */
export async function deathsApart(
  deaths: Deaths,
  signal: AbortSignal,
  onDeath: (one: DeathResult) => void,
): Promise<DeathResult[]> {
  const found: DeathResult[] = []
  const word = new SharedArrayBuffer(4)
  const workerData: DeathsInput = { ...deaths, stop: word }
  const worker = new Worker(new URL("./death-worker.js", import.meta.url), { workerData })
  const stop = () => void Atomics.store(new Int32Array(word), 0, 1)
  signal.addEventListener("abort", stop)
  if (signal.aborted) stop()
  let isDone = false
  worker.on("message", (one: DeathResult | typeof DONE) => {
    if (one === DONE) return void (isDone = true)
    found.push(one)
    onDeath(one)
  })
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on("error", reject)
      worker.on("exit", (code) => {
        if (isDone) resolve()
        else reject(new Error(`The thread that explores ended by itself, with code ${code}`))
      })
    })
  } finally {
    signal.removeEventListener("abort", stop)
  }
  return found
}
