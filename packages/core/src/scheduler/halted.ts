/** Waiting for a scheduler that is being stopped. */
import { Kind, Refusal } from "../../built/layout.js"
import { errnoError } from "../errors.js"
import { MOST_ROUNDS, Steps } from "../memory/steps.js"
import { countFence, keepObject, letFenceGo, letObjectGo } from "../seat/kept.js"
import type { Seat, Subscription } from "../seat/seat.js"
import type { Bell, Condition } from "../waiting/condition.js"

/** `stopScheduler`'s answer: the caller is inside `run`. */
const BY_THE_SERVER = -1

/** How an attempt to stop a scheduler ended. */
export type StopOutcome = "stopped" | "timed-out"

/** Nobody is inside `run`, and no job ends by its hardware any more. */
export class Halted implements Condition<StopOutcome> {
  readonly #seat: Seat
  /** With a reference of ours: the handle may be dropped meanwhile. */
  readonly #scheduler: number
  /** Nothing new is offered from then on. */
  #isBegun = false
  /** A lock stays taken: its holder may be dead. */
  #isBusy = false
  #ring: Subscription | undefined
  /** Finished fence of a job that somebody is ending, with a reference; 0 for none. */
  #ending = 0

  constructor(seat: Seat, scheduler: number) {
    this.#seat = seat
    this.#scheduler = scheduler
    // Before anything is ours to give back: it may refuse.
    this.#begin()
    keepObject(seat, scheduler)
  }

  /** Whoever ends a job does so in a moment: that is not worth a callback. */
  get isUnsettled(): boolean {
    return this.#isBusy || this.#ending !== 0
  }

  /** Whoever leaves `run` of a stopped scheduler rings everybody. */
  arm(bell: Bell, wake: () => void): void {
    this.#ring ??= bell.onRing(wake)
  }

  look(): StopOutcome | undefined {
    const { ask, engine, heap, name, record } = this.#seat
    this.#isBusy = !this.#begin()
    if (this.#isBusy || engine.serverOf(this.#scheduler) !== 0) return undefined
    const steps = new Steps(heap, name, Kind.Object, this.#scheduler, MOST_ROUNDS)
    for (;;) {
      steps.next()
      if (this.#ending !== 0 && engine.hasSignaled(this.#ending) === 0) return undefined
      this.#giveBack()
      const ending = this.#seat.told(ask.haltJob(record, this.#scheduler), (finished) => {
        if (finished > 0) this.#seat.dropFence(finished)
      })
      this.#isBusy = ending === Refusal.Busy
      if (this.#isBusy) return undefined
      if (ending === 0) return "stopped"
      this.#ending = ending
      countFence(this.#seat, 1)
    }
  }

  #begin(): boolean {
    if (this.#isBegun) return true
    const { engine, record } = this.#seat
    const answer = engine.stopScheduler(record, this.#scheduler)
    if (answer === BY_THE_SERVER)
      throw errnoError("EDEADLK", "Cannot stop a scheduler from within run: it would wait for its own end")
    return (this.#isBegun = answer !== Refusal.Busy)
  }

  late(): StopOutcome {
    return "timed-out"
  }

  disarm(): void {
    this.#ring?.cancel()
    this.#giveBack()
    letObjectGo(this.#seat, this.#scheduler)
  }

  #giveBack(): void {
    const ending = this.#ending
    this.#ending = 0
    if (ending !== 0) letFenceGo(this.#seat, ending)
  }
}
