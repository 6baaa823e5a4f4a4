/** Modules of models, imported by name: here, and in the workers of an exploration. */
import { whileRecording } from "../platform/recorded.js"
import { ExploreError } from "../refusal.js"

/** So long nobody takes to load a module, as long as there is something else to do. */
const PATIENCE_MS = 30_000

let isWorker = false

/** Said by a worker of an exploration. */
export function enterWorker(): void {
  isWorker = true
}

/**
 * A module that starts workers whenever it is loaded would start them in each of its workers, without end.
 *
 * @throws ExploreError in a worker of an exploration
 */
export function refuseInWorker(what: string): void {
  if (!isWorker) return
  const remedy = "a module that does so when it is loaded has to look at isMainThread of node:worker_threads first"
  throw new ExploreError("module", `Cannot ${what} in a worker of an exploration: ${remedy}`)
}

/** Shared memory that libraries make while they are imported is explored with the model. */
export function importRecorded(url: string): Promise<object> {
  return whileRecording(() => importModule(url))
}

/**
 * Imports a module, unless that cannot come to an end: one that waits, while it is loaded, for this very import waits for
 * itself. Then there is soon nothing left to do, and the process (or worker) is about to end.
 *
 * @throws ExploreError if the module is not there in time
 */
export async function importModule(url: string): Promise<object> {
  const why =
    "it does not come to the end of its loading. If it waits at its top level for what needs it, it waits for itself"
  let refuse = () => {}
  const never = new Promise<never>((_, reject) => {
    refuse = () =>
      reject(new ExploreError("module", `Cannot import ${url}: ${why}: put the model into a module of its own`))
  })
  const timer = setTimeout(() => refuse(), PATIENCE_MS)
  timer.unref()
  process.once("beforeExit", refuse)
  try {
    return await Promise.race([import(url) as Promise<object>, never])
  } finally {
    clearTimeout(timer)
    process.off("beforeExit", refuse)
  }
}
