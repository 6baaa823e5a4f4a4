/** How long somebody is prepared to wait. */
import { show } from "./numbers.js"
import { optionsOf } from "./words.js"

/** How long to wait. */
export interface WaitOptions {
  /** In milliseconds. Default: forever. 0 asks once. */
  readonly timeoutMs?: number | undefined
}

/** The same for promises, which can be given up. */
export interface AsyncWaitOptions extends WaitOptions {
  /** When it aborts, the promise rejects with its reason, and nothing is left behind. */
  readonly signal?: AbortSignal | undefined
}

/** A wait as a promise that no time-out ends: it comes to what is waited for, or rejects. */
export interface UntimedWaitOptions extends AsyncWaitOptions {
  readonly timeoutMs?: undefined
}

/** What is left of a time-out; made when the wait begins. */
export class Limit {
  /** As it was given. */
  readonly timeoutMs: number
  readonly #end: number

  /** @throws TypeError, RangeError for a time-out that is none */
  constructor(options: WaitOptions) {
    const { timeoutMs = Infinity } = optionsOf("a wait", options)
    if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs) || timeoutMs < 0)
      throw new RangeError(`Cannot wait for ${show(timeoutMs)} ms: a number from 0 is needed`)
    this.timeoutMs = timeoutMs
    this.#end = timeoutMs === Infinity ? Infinity : performance.now() + timeoutMs
  }

  /** Milliseconds until it is over: 0 when it is, Infinity when it never will be. */
  get leftMs(): number {
    return this.#end === Infinity ? Infinity : Math.max(0, this.#end - performance.now())
  }
}

/** The signal among the options of a wait. @throws TypeError for what is no AbortSignal */
export function signalIn({ signal }: AsyncWaitOptions): AbortSignal | undefined {
  if (signal === undefined || isSignal(signal)) return signal
  throw new TypeError(`Cannot use ${show(signal)} as signal: an AbortSignal is needed`)
}

/** The same where the wait begins: with one that has aborted none does. @throws its reason */
export function abortSignal(options: AsyncWaitOptions): AbortSignal | undefined {
  const signal = signalIn(options)
  if (signal?.aborted) throw signal.reason as Error
  return signal
}

function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>
  return (
    typeof aborted === "boolean" && typeof addEventListener === "function" && typeof removeEventListener === "function"
  )
}
