/**
 * The event loop of the thread that explores, turned by hand.
 *
 * While a thread of a model runs, nothing else does: its microtasks are all there are, and the platform's own queue, emptied
 * at once, runs them in their own order. What would come from outside of that (timers, answers of `waitAsync`) comes from
 * the search instead.
 */

import { replaceBuiltins, restoreBuiltins } from "./builtins.js"

/** Empties the queues of `process.nextTick` and of microtasks. The platform's own, which it calls after each callback. */
const { _tickCallback: empty } = process as unknown as { readonly _tickCallback?: () => void }

/** How something ended. */
export interface End {
  readonly value: unknown
  readonly threw: boolean
}

type Listener = (...parameters: unknown[]) => void

export class Turning {
  /** What was thrown where nobody catches, and rejected with nobody to hear it. */
  readonly uncaught: unknown[] = []
  /** Whether anything was asked of the loop yet: a promise to be settled, a task, a timer, a message. */
  isNeeded = false
  private listeners: readonly Listener[] = []
  /** Whether code of whoever explores runs, and what was rejected of that. */
  private isAside = false
  private readonly rejectedAside: unknown[] = []

  /** Runs what is to be done without a promise, until nothing is left. */
  empty(): void {
    empty!()
  }

  /** What a value comes to, if it is a promise; undefined if it does not come to anything here. */
  settle(value: unknown): End | undefined {
    let end: End | undefined
    if (!isThenable(value)) end = { value, threw: false }
    else {
      this.isNeeded = true
      void Promise.resolve(value).then(
        (it) => (end = { value: it, threw: false }),
        (error: unknown) => (end = { value: error, threw: true }),
      )
    }
    this.empty()
    return end
  }

  /** Runs what is no code of the model: what is rejected of it is for who listens when all of this is over. */
  aside<T>(call: () => T): T {
    this.isAside = true
    try {
      const value = call()
      this.empty()
      return value
    } finally {
      this.isAside = false
    }
  }

  begin(): void {
    // As they stand there: one that listens once still does so once.
    this.listeners = process.rawListeners("unhandledRejection") as Listener[]
    process.removeAllListeners("unhandledRejection")
    process.on("unhandledRejection", this.hear)
    replaceBuiltins()
  }

  end(): void {
    restoreBuiltins()
    // What was left behind by threads that were stopped is rejected now, if at all.
    this.empty()
    process.off("unhandledRejection", this.hear)
    for (const listener of this.listeners) process.on("unhandledRejection", listener as never)
    // Nobody has heard of these: the platform does with them as it was told to.
    for (const reason of this.rejectedAside) void Promise.reject(reason)
  }

  private readonly hear = (reason: unknown) => void (this.isAside ? this.rejectedAside : this.uncaught).push(reason)
}

let turning: Turning | undefined

/** Whoever turns the loop now; undefined if promises are settled by the platform, when all of this has come to its end. */
export function turningNow(): Turning | undefined {
  return turning
}

/** Calls what whoever explores wants to be told by, in the middle of it. */
export function aside<T>(call: () => T): T {
  return turning === undefined ? call() : turning.aside(call)
}

/**
 * Does something in which the event loop can be turned by hand: in a task of its own, because microtasks do not run in
 * microtasks.
 */
export function whileTurning<T>(work: (turning: Turning) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      const made = new Turning()
      // What waits for this goes on when the loop is the platform's again: it may throw, and that must be heard.
      let settle: () => void
      made.begin()
      turning = made
      try {
        assertTurns(made)
        const value = work(made)
        settle = () => resolve(value)
      } catch (error) {
        settle = () => reject(error)
      } finally {
        turning = undefined
        made.end()
      }
      settle()
    })
  })
}

function assertTurns(made: Turning): void {
  let hasRun = false
  if (empty !== undefined) {
    void Promise.resolve().then(() => (hasRun = true))
    made.empty()
  }
  if (!hasRun)
    throw new Error("Cannot explore asynchronous threads on this platform: its microtasks cannot be run at will")
}

export function isThenable(value: unknown): boolean {
  return value !== null && typeof value === "object" && typeof (value as { then?: unknown }).then === "function"
}
