/**
 * A wait as a promise.
 *
 * It has one exit: whatever ends it (the condition, its time, an abort, the thread's leaving, an exception of any of
 * these) goes through `#end`, once. Nothing is thrown into a timer, a listener or the event loop: it rejects.
 */
import type { Limit } from "../entrance/limits.js"
import { combined } from "../errors.js"
import type { Seat } from "../seat/seat.js"
import type { Condition } from "./condition.js"

/** The longest a timer can run; longer waits set it again. */
const LONGEST_TIMER_MS = 0x7fffffff
/** How soon to ask again where a lock stays taken, at first and at most. */
const RETRY_MS = 1
const MOST_RETRY_MS = 32

/** Resolves with what the condition comes to. Rejects with what it throws, the abort's reason, or HeapError DETACHED. */
export function promiseUntil<T>(
  seat: Seat,
  condition: Condition<T>,
  limit: Limit,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => pendUntil(seat, condition, limit, signal, { resolve, reject }))
}

/** What a wait ends with: one of these is called, once; perhaps before `pendUntil` returns. */
export interface Ends<T> {
  resolve(value: T): void
  reject(reason: unknown): void
}

/** The same for who wants no promise. */
export function pendUntil<T>(
  seat: Seat,
  condition: Condition<T>,
  limit: Limit,
  signal: AbortSignal | undefined,
  ends: Ends<T>,
): void {
  new Pending(seat, condition, limit, signal, ends).begin()
}

/** A promise for what a function returns: what it throws rejects, also when it throws before it has promised anything. */
export function promised<T>(body: () => Promise<T>): Promise<T> {
  try {
    return body()
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

class Pending<T> {
  readonly #seat: Seat
  readonly #condition: Condition<T>
  readonly #limit: Limit
  readonly #signal: AbortSignal | undefined
  readonly #ends: Ends<T>
  #isOver = false
  #retryMs = RETRY_MS
  #timer: ReturnType<typeof setTimeout> | undefined
  #unpend: (() => void) | undefined

  constructor(seat: Seat, condition: Condition<T>, limit: Limit, signal: AbortSignal | undefined, ends: Ends<T>) {
    this.#seat = seat
    this.#condition = condition
    this.#limit = limit
    this.#signal = signal
    this.#ends = ends
  }

  begin(): void {
    if (this.#signal?.aborted) return this.#abort()
    try {
      this.#signal?.addEventListener("abort", this.#abort, { once: true })
      this.#unpend = this.#seat.mail.pend((error) => this.#fail(error))
    } catch (error) {
      return this.#fail(error)
    }
    this.#check()
  }

  /** Looks, and goes on waiting or ends. */
  readonly #check = (): void => {
    if (this.#isOver) return
    try {
      this.#condition.arm(this.#seat.mail, this.#check)
      // Arming may have ended us, by way of a callback that detached this thread.
      if (this.#isOver) return
      const found = this.#condition.look()
      if (found !== undefined) this.#succeed(found)
      else if (this.#limit.leftMs > 0) this.#setTimer()
      else this.#succeed(this.#condition.late())
    } catch (error) {
      this.#fail(error)
    }
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const againMs = this.#condition.againMs ?? Infinity
    let ms = Math.min(this.#limit.leftMs, againMs, LONGEST_TIMER_MS)
    if (this.#condition.isUnsettled) {
      ms = Math.min(ms, this.#retryMs)
      this.#retryMs = Math.min(2 * this.#retryMs, MOST_RETRY_MS)
    } else if (this.#limit.leftMs === Infinity && againMs === Infinity) return
    this.#timer = setTimeout(this.#onTimer, ms)
  }

  readonly #onTimer = (): void => {
    // What has been delivered by now counts: look before giving up.
    this.#seat.mail.deliverQuietly()
    this.#check()
  }

  readonly #abort = (): void => this.#fail(this.#signal!.reason)

  #succeed(value: T): void {
    const errors = this.#end()
    if (errors === undefined) return
    if (errors.length === 0) this.#ends.resolve(value)
    // The value would hide that something could not be taken down.
    else this.#ends.reject(combined(errors))
  }

  #fail(error: unknown): void {
    const errors = this.#end()
    if (errors !== undefined) this.#ends.reject(combined([error, ...errors]))
  }

  /** The one way out: takes down whatever hangs. What went wrong with that; undefined when we were out already. */
  #end(): unknown[] | undefined {
    if (this.#isOver) return undefined
    this.#isOver = true
    clearTimeout(this.#timer)
    const errors: unknown[] = []
    const attempt = (body: () => void) => {
      try {
        body()
      } catch (error) {
        errors.push(error)
      }
    }
    attempt(() => this.#signal?.removeEventListener("abort", this.#abort))
    attempt(() => this.#unpend?.())
    attempt(() => this.#condition.disarm())
    return errors
  }
}
