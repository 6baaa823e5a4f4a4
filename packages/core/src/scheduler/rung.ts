/** Waiting for the next ring of this thread's bell. */
import type { Seat, Subscription } from "../seat/seat.js"
import type { Condition } from "../waiting/condition.js"

/** Comes true at the first ring after it was made: make it before you look for what the ring may be about. */
export class Rung implements Condition<true> {
  readonly isUnsettled = false
  readonly #subscription: Subscription
  #wake: () => void = () => {}
  #hasRung = false

  constructor(seat: Seat) {
    this.#subscription = seat.mail.onRing(() => {
      this.#hasRung = true
      this.#wake()
    })
  }

  arm(_bell: unknown, wake: () => void): void {
    this.#wake = wake
  }

  look(): true | undefined {
    return this.#hasRung ? true : undefined
  }

  late(): true {
    return true
  }

  disarm(): void {
    this.#subscription.cancel()
  }
}
