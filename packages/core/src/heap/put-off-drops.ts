/**
 * References that were given back while an issuer's function was running. Whoever asked the issuer may be in the middle of
 * an operation on just that record, with no reference but the one of the handle: so they go when that operation is over.
 */
import type { Seat } from "../seat/seat.js"

export class PutOffDrops {
  readonly #seat: Seat
  /** Fences by their addresses, objects by the negative of theirs. */
  readonly #addresses: number[] = []
  #isDropping = false

  constructor(seat: Seat) {
    this.#seat = seat
  }

  get isEmpty(): boolean {
    return this.#addresses.length === 0
  }

  addFence(fence: number): void {
    this.#addresses.push(fence)
  }

  addObject(object: number): void {
    this.#addresses.push(-object)
  }

  /** Gives them back; what issuers let go of meanwhile (`free`) too, in a loop instead of nested. What was thrown. */
  settle(): unknown[] {
    const errors: unknown[] = []
    if (this.#isDropping) return errors
    this.#isDropping = true
    for (let address = this.#addresses.pop(); address !== undefined; address = this.#addresses.pop()) {
      try {
        if (address > 0) this.#seat.dropFence(address)
        else this.#seat.dropObject(-address)
      } catch (error) {
        errors.push(error)
      }
    }
    this.#isDropping = false
    return errors
  }
}
