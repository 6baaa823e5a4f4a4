/** A function that is called once something has come about, and that can be taken back until then. */
import type { Limit } from "../entrance/limits.js"
import { HeapError, surface } from "../errors.js"
import type { Seat } from "../seat/seat.js"
import type { Condition } from "./condition.js"
import { pendUntil } from "./promise.js"

/** What a function is taken back by. */
export interface Callable {
  /** True if it had not been called and now will not be. Idempotent: a second call removes nothing. */
  remove(): boolean
}

/**
 * Calls a function once the condition comes to something; the process stays alive until then. What goes wrong later
 * surfaces as an uncaught exception. @throws what the condition throws at once
 */
export function callWhen<T>(seat: Seat, condition: Condition<T>, limit: Limit, body: () => void): Callable {
  const controller = new AbortController()
  let isOver = false
  let refusal: { readonly error: unknown } | undefined
  let isBegun = false
  const end = () => !isOver && (isOver = true)
  pendUntil(seat, condition, limit, controller.signal, {
    // Never before the caller has what it can be removed by; and not when the thread has left until then.
    resolve: () => queueMicrotask(() => void (end() && seat.isAttached && body())),
    reject(error) {
      if (!end()) return
      // When the thread leaves, what hangs for it is taken down without a word.
      if (!isBegun) refusal = { error }
      else if (!isDetachment(error)) surface(error)
    },
  })
  isBegun = true
  if (refusal) throw (refusal as { readonly error: unknown }).error
  return {
    remove() {
      if (!end()) return false
      controller.abort()
      return true
    },
  }
}

function isDetachment(error: unknown): boolean {
  return error instanceof HeapError && error.code === "DETACHED"
}
