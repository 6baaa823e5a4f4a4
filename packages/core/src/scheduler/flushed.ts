/** Waiting for what an entity has queued. */
import { AllComplete } from "../fence/fence-conditions.js"
import { keepObject, letObjectGo } from "../seat/kept.js"
import type { Seat } from "../seat/seat.js"
import type { Bell, Condition } from "../waiting/condition.js"

/** How waiting for a queue to run empty ended. */
export type FlushOutcome = "flushed" | "timed-out"

/** All that was queued when it began has gone to the hardware, or has ended. Jobs go in order: the last one's start is all of theirs. */
export class Flushed implements Condition<FlushOutcome> {
  readonly #seat: Seat
  /** With a reference of ours: the handle may be dropped meanwhile. */
  readonly #entity: number
  /** Nothing: nobody could say yet, for a lock stays taken, and its holder may be dead. */
  #last: AllComplete | undefined

  constructor(seat: Seat, entity: number) {
    this.#seat = seat
    this.#entity = entity
    keepObject(seat, entity)
  }

  get isUnsettled(): boolean {
    return this.#last?.isUnsettled ?? true
  }

  arm(bell: Bell, wake: () => void): void {
    this.#last ??= this.#find()
    this.#last?.arm(bell, wake)
  }

  #find(): AllComplete | undefined {
    const seat = this.#seat
    const scheduled = seat.engine.lastQueued(seat.record, this.#entity)
    if (scheduled < 0) return undefined
    const last = new AllComplete(seat, scheduled === 0 ? [] : [scheduled])
    if (scheduled !== 0) seat.dropFence(scheduled)
    return last
  }

  look(): FlushOutcome | undefined {
    return this.#last?.look() === undefined ? undefined : "flushed"
  }

  late(): FlushOutcome {
    return "timed-out"
  }

  disarm(): void {
    this.#last?.disarm()
    letObjectGo(this.#seat, this.#entity)
  }
}
