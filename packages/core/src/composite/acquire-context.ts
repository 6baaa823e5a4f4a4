/** Taking several reservations at once, without deadlock. */
import { errnoError } from "../errors.js"
import type { Reservation } from "./reservation.js"
import type { Thread } from "../heap/thread.js"

/** The context each thread is in. */
const contexts = new WeakMap<Thread, AcquireContext>()

/**
 * A place in the queue for reservations: whoever began earlier waits, whoever began later backs off. One at a time in a
 * thread. `ww_acquire_ctx`.
 * @example
 * using context = AcquireContext.begin(thread)
 * context.lockAll([texture, framebuffer])
 * for (const reservation of [texture, framebuffer]) reservation.reserve(1)
 */
export class AcquireContext {
  readonly thread: Thread
  /** Addresses of what is held in it. */
  readonly #held = new Set<number>()

  private constructor(thread: Thread) {
    this.thread = thread
  }

  /** Draws a ticket. @throws FenceError EBUSY when this thread is in a context already */
  static begin(thread: Thread): AcquireContext {
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
  lockAll(reservations: readonly Reservation[]): number {
    for (let backOffs = 0; ; backOffs++) {
      const refused = reservations.find((reservation) => reservation.lock(this) === "back-off")
      if (!refused) return backOffs
      this.unlockAll()
      refused.lockSlow(this)
    }
  }

  /** Gives back everything held in it. The ticket stays. */
  unlockAll(): void {
    for (const address of this.#held) {
      this.#held.delete(address)
      this.thread.engine.unlockReservation(this.thread.record, address)
    }
  }

  /** Ends it. @throws FenceError EBUSY while something is held in it */
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

  /** @internal @throws FenceError EINVAL when it has ended, or is another thread's */
  assertCurrent(thread: Thread): void {
    if (contexts.get(thread) !== this)
      throw errnoError("EINVAL", `Cannot lock: the acquire context has ended, or is not of thread "${thread.name}"`)
  }

  /** @internal */
  noteLocked(address: number): void {
    this.#held.add(address)
  }

  /** @internal A reservation was given back by hand. */
  static noteUnlocked(thread: Thread, address: number): void {
    const context = contexts.get(thread)
    if (context) context.#held.delete(address)
  }
}
