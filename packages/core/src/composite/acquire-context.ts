/** Taking several reservations at once, without deadlock. */
import { show } from "../entrance/numbers.js"
import { listOf } from "../entrance/words.js"
import { errnoError, runAll } from "../errors.js"
import { assertSeat } from "../seat/assert-seat.js"
import type { Seat } from "../seat/seat.js"

/** The context each thread is in. */
const contexts = new WeakMap<Seat, AcquireContext>()

/** What can be taken in a context: a `Reservation`. */
export interface Lockable {
  lock(context: AcquireContext): "locked" | "back-off" | "already-locked"
  lockSlow(context: AcquireContext): void
}

/**
 * A place in the queue for reservations: who began earlier waits, who began later backs off. One at a time in a
 * thread. `ww_acquire_ctx`.
 * @example
 * using context = AcquireContext.begin(thread)
 * context.lockAll([texture, framebuffer])
 * for (const reservation of [texture, framebuffer]) reservation.reserve(1)
 */
export class AcquireContext {
  readonly thread: Seat
  /** Addresses of what is held in it. */
  readonly #held = new Set<number>()

  private constructor(thread: Seat) {
    this.thread = thread
  }

  /** Draws a ticket. @throws FenceError EBUSY when this thread is in a context already */
  static begin(thread: Seat): AcquireContext {
    assertSeat(thread)
    if (contexts.has(thread))
      throw errnoError("EBUSY", `Cannot begin to acquire: thread "${thread.name}" is in an acquire context already`)
    thread.engine.takeTicket(thread.record)
    const context = new AcquireContext(thread)
    contexts.set(thread, context)
    return context
  }

  /** How many reservations are held in it. */
  get acquired(): number {
    return this.#held.size
  }

  /**
   * Takes all of these, in any order: on "back-off" gives back all it holds, waits for the one it was refused, and
   * begins again. Returns how often that was. One that is named twice, or held in this context already, counts once.
   */
  lockAll(reservations: readonly Lockable[]): number {
    for (const reservation of listOf("reservations", reservations))
      if (typeof reservation?.lock !== "function")
        throw new TypeError(`Cannot use ${show(reservation)} as a reservation`)
    for (let backOffs = 0; ; backOffs++) {
      const refused = reservations.find((reservation) => reservation.lock(this) === "back-off")
      if (!refused) return backOffs
      this.unlockAll()
      refused.lockSlow(this)
    }
  }

  /** Gives back everything held in it. The ticket stays. */
  unlockAll(): void {
    const { ask } = this.thread
    runAll(
      [...this.#held].map((address) => () => {
        this.#held.delete(address)
        this.thread.told(ask.unlockReservation(this.thread.record, address))
      }),
    )
  }

  /** Ends it. Idempotent. @throws FenceError EBUSY while something is held in it */
  end(): void {
    if (this.#held.size > 0)
      throw errnoError("EBUSY", `Cannot end acquire context: ${this.#held.size} reservations are held in it`)
    if (contexts.get(this.thread) === this) contexts.delete(this.thread)
  }

  /** Gives back everything, and ends it. */
  [Symbol.dispose](): void {
    this.unlockAll()
    this.end()
  }

  /** @internal @throws TypeError for what is none; FenceError EINVAL when it has ended, or is another thread's */
  static assertCurrent(context: AcquireContext, thread: Seat): void {
    if (!(context instanceof AcquireContext))
      throw new TypeError(`Cannot use ${show(context)} as an acquire context: AcquireContext.begin() makes one`)
    if (contexts.get(thread) !== context)
      throw errnoError("EINVAL", `Cannot lock: the acquire context has ended, or is not of thread "${thread.name}"`)
  }

  /** @internal */
  noteLocked(address: number): void {
    this.#held.add(address)
  }

  /** @internal A reservation was given back by hand. */
  static noteUnlocked(thread: Seat, address: number): void {
    const context = contexts.get(thread)
    if (context) context.#held.delete(address)
  }
}
