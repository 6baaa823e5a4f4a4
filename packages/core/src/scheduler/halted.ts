/** Waiting for a scheduler that is being stopped. */
import { Kind } from "../../built/layout.js"
import { MOST_ROUNDS, Steps } from "../memory/steps.js"
import type { Seat, Subscription } from "../seat/seat.js"
import type { Bell, Condition } from "../waiting/condition.js"

/** How an attempt to stop a scheduler ended. */
export type StopOutcome = "stopped" | "timed-out"

/** Nobody is inside `run`, and no job ends by its hardware any more. */
export class Halted implements Condition<StopOutcome> {
  readonly #seat: Seat
  /** With a reference of ours: the handle may be dropped meanwhile. */
  readonly #scheduler: number
  #ring: Subscription | undefined
  /** Finished fence of a job that somebody is ending, with a reference; 0 for none. */
  #ending = 0

  constructor(seat: Seat, scheduler: number) {
    this.#seat = seat
    this.#scheduler = scheduler
    seat.engine.addObjectRef(scheduler)
  }

  /** Whoever ends a job does so in a moment: that is not worth a callback. */
  get isUnsettled(): boolean {
    return this.#ending !== 0
  }

  /** Whoever leaves `run` of a stopped scheduler rings everybody. */
  arm(bell: Bell, wake: () => void): void {
    this.#ring ??= bell.onRing(wake)
  }

  look(): StopOutcome | undefined {
    const { ask, engine, heap, name, record } = this.#seat
    if (engine.serverOf(this.#scheduler) !== 0) return undefined
    const steps = new Steps(heap, name, Kind.Object, this.#scheduler, MOST_ROUNDS)
    for (;;) {
      steps.next()
      if (this.#ending !== 0 && engine.hasSignaled(this.#ending) === 0) return undefined
      this.#giveBack()
      this.#ending = this.#seat.told(ask.haltJob(record, this.#scheduler), (finished) => this.#seat.dropFence(finished))
      if (this.#ending === 0) return "stopped"
    }
  }

  late(): StopOutcome {
    return "timed-out"
  }

  disarm(): void {
    this.#ring?.cancel()
    this.#giveBack()
    this.#seat.dropObject(this.#scheduler)
  }

  #giveBack(): void {
    const ending = this.#ending
    this.#ending = 0
    if (ending !== 0) this.#seat.dropFence(ending)
  }
}
