/** Waiting for one, any or all of several fences: what is hung up on them, and when it is enough. */
import type { Seat, Subscription } from "../seat/seat.js"
import { keepFence, letFenceGo } from "../seat/kept.js"
import { runAll } from "../errors.js"
import type { Bell, Condition } from "../waiting/condition.js"
import { type WaitOutcome, errorOf } from "./outcome.js"

/** How a wait for any of several ended. */
export type WaitAnyOutcome =
  | { readonly outcome: "signaled"; readonly index: number }
  | { readonly outcome: "timed-out" }

abstract class FencesCondition<T> implements Condition<T> {
  protected readonly seat: Seat
  /** Each with a reference of ours. */
  protected readonly fences: readonly number[]
  /** One for each fence: what hangs on it. Without holes: what has one cannot be gone through. */
  readonly #hung: (Subscription | "complete" | undefined)[]
  isUnsettled = false

  constructor(seat: Seat, fences: readonly number[]) {
    this.seat = seat
    this.fences = fences
    this.#hung = fences.map(() => undefined)
    for (const fence of fences) keepFence(seat, fence)
  }

  arm(bell: Bell, wake: () => void): void {
    this.isUnsettled = false
    for (const [i, fence] of this.fences.entries()) {
      if (this.#hung[i] !== undefined) continue
      const hung = bell.onFence(fence, () => {
        this.#hung[i] = "complete"
        wake()
      })
      if (hung === "later") this.isUnsettled = true
      else this.#hung[i] ??= hung
      if (hung === "complete" && this.isEnough(i)) return
    }
  }

  /** Whether this one, being complete, is all that is waited for: then the rest need not be hung up. */
  protected isEnough(_index: number): boolean {
    return false
  }

  abstract look(): T | undefined
  abstract late(): T

  /** Whether a fence is complete and its callbacks have run: they run in the lock hold that completed it. */
  protected isDone(fence: number): boolean {
    const { ask, engine, record } = this.seat
    if (engine.hasSignaled(fence) === 0) return false
    if (this.seat.told(ask.tryFinishWait(record, fence)) !== 0) return true
    this.isUnsettled = true
    return false
  }

  disarm(): void {
    const { seat } = this
    runAll([
      ...this.#hung.map((hung) => () => void (typeof hung === "object" && hung.cancel())),
      ...this.fences.map((fence) => () => letFenceGo(seat, fence)),
    ])
  }
}

/** All of them, whether they succeed or fail. */
export class AllOver extends FencesCondition<WaitOutcome> {
  look(): WaitOutcome | undefined {
    return this.fences.every((fence) => this.isDone(fence)) ? "signaled" : undefined
  }

  late(): WaitOutcome {
    return "timed-out"
  }
}

/** All of them, in the order of the list when it comes to errors. */
export class AllComplete extends AllOver {
  override look(): WaitOutcome | undefined {
    const outcome = super.look()
    if (outcome === undefined) return undefined
    const error = this.fences.map((fence) => errorOf(this.seat, fence)).find((e) => e !== undefined)
    if (error) throw error
    return outcome
  }
}

/** Any of them: the lowest index wins, and an error is as good as none. */
export class AnyComplete extends FencesCondition<WaitAnyOutcome> {
  protected override isEnough(): boolean {
    return true
  }

  look(): WaitAnyOutcome | undefined {
    const index = this.fences.findIndex((fence) => this.isDone(fence))
    return index < 0 ? undefined : { outcome: "signaled", index }
  }

  /** Before it gives up it asks the issuers: with time-out 0 that is all there is, as in the kernel. */
  late(): WaitAnyOutcome {
    const { ask, record } = this.seat
    const index = this.fences.findIndex((fence) => this.seat.told(ask.tryIsSignaled(record, fence)) === 1)
    return index < 0 ? { outcome: "timed-out" } : { outcome: "signaled", index }
  }
}
