/** What a wait waits for, and what it hangs up meanwhile. */
import type { Hung, Subscription } from "../seat/seat.js"

/** Where a wait hangs up what will wake it. */
export interface Bell {
  /** Once a fence is complete. @throws HeapError FULL */
  onFence(fence: number, wake: () => void): Hung
  /** Each time this thread's bell rings. */
  onRing(wake: () => void): Subscription
}

/**
 * What is waited for. It holds addresses and references of its own, never handles: these may be dropped while the wait
 * goes on. Every function may throw: then the wait ends with that.
 */
export interface Condition<T> {
  /** Hangs up what is not hung up yet, and goes with what was hung up before. */
  arm(bell: Bell, wake: () => void): void
  /** What the wait comes to, or undefined: not yet. */
  look(): T | undefined
  /** What it comes to when its time is up. */
  late(): T
  /** Something could not be hung up or seen, because a lock stays taken: ask again soon. */
  readonly isUnsettled: boolean
  /** After so many milliseconds it may come to something by itself. Default: never. */
  readonly againMs?: number
  /** Takes down what hangs, and gives its references back. Called once, in any case. */
  disarm(): void
}
