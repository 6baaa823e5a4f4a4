/**
 * Threads for races. A race that is one of many takes them from a pool: loading the package into a thread takes longer than
 * many a race. Whoever hangs, or is to be terminated, takes the whole pool with it: the next race has new threads.
 */
import { Piscina } from "piscina"

const PROGRAM = new URL("./role-thread.js", import.meta.url).href
/** Longer than anything between two races. */
const IDLE_MS = 60_000

export class ThreadPool {
  #threads: Piscina | undefined
  #size = 0
  #isClosed = false

  /**
   * So many threads: those of the last race, if they are as many.
   * @internal
   */
  take(threads: number): Piscina {
    if (this.#isClosed) throw new RangeError("Cannot race with a pool of threads that is closed")
    if (this.#threads && this.#size !== threads)
      throw new RangeError(`Cannot race with ${threads} threads of a pool of ${this.#size}`)
    this.#size = threads
    this.#threads ??= threadsFor(threads, IDLE_MS)
    return this.#threads
  }

  /** Nobody is left: something went wrong in one of them. */
  async discard(): Promise<void> {
    const threads = this.#threads
    this.#threads = undefined
    await threads?.destroy()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.discard()
  }
}

/** @internal */
export function threadsFor(threads: number, idleMs = 0): Piscina {
  return new Piscina({
    filename: PROGRAM,
    // None of its own accord: a replacement for a thread that died would be ended while it loads, and Node 20 does not survive that.
    minThreads: 0,
    // Roles block: each needs a thread of its own, or it would wait for one that waits for it.
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    atomics: "disabled",
    idleTimeout: idleMs,
  })
}
