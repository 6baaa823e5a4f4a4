/** Taking several reservations at once, without deadlock. */
import { dispose } from "../dispose.js"
import { type Synchronous, overBy, synchronous } from "../entrance/functions.js"
import { show, wholeNumber } from "../entrance/numbers.js"
import { listOf, oneOf, optionsOf } from "../entrance/words.js"
import { errnoError, runAll, withCleanup } from "../errors.js"
import { assertAll } from "../host/families.js"
import { assertSeat } from "../seat/assert-seat.js"
import { addressIn } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"
import { ObjectHandle } from "./shared-object.js"
import { MADE, refuseMaking } from "../seat/made.js"
import { INSPECT } from "../seat/shown.js"

/** More slots than any heap has. */
export const MOST_SLOTS = 0xffffff

/** The context each thread is in. */
const contexts = new WeakMap<Seat, AcquireContext>()

/** What can be taken in a context: a `Reservation`. */
export interface Lockable {
  lock(context: AcquireContext): "locked" | "back-off" | "already-locked"
  lockSlow(context: AcquireContext): void
  reserve(slots: number): void
  drop(): void
}

/** How several reservations are taken. */
export interface LockAllOptions {
  /** How many fences each must have room for while it is held: `reserve`, on the way. Default: 0, none are reserved. */
  readonly slots?: number
  /**
   * What becomes of one that is named twice, or held in this context already: "ignore" counts it once, "refuse" takes
   * nothing and throws EALREADY. Default: "ignore", `DRM_EXEC_IGNORE_DUPLICATES`.
   */
  readonly duplicates?: "ignore" | "refuse"
}

/** One that is held, or to be held: by a handle, with room for so many fences. */
interface Claim {
  readonly reservation: Lockable
  readonly slots: number
}

/**
 * A place in the queue for reservations: who began earlier waits, who began later backs off. One at a time in a
 * thread. It holds a reference on what is taken in it. `ww_acquire_ctx`, and `drm_exec` on top of it.
 * @example
 * AcquireContext.locked(thread, [texture, framebuffer], () => framebuffer.add(render, Usage.Write), { slots: 1 })
 */
export class AcquireContext {
  readonly thread: Seat
  /** What is held in it, by address, each with a handle of the context's own. */
  readonly #held = new Map<number, Claim>()

  constructor(key: typeof MADE, thread: Seat) {
    if (key !== MADE) refuseMaking("an acquire context", "AcquireContext.begin()")
    this.thread = thread
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return `AcquireContext (thread "${this.thread.name}")`
  }

  /** Draws a ticket. @throws FenceError EBUSY when this thread is in a context already; HeapError NOT_IMPORTED in a heap without reservations */
  static begin(thread: Seat): AcquireContext {
    assertSeat(thread)
    assertAll(thread.heap.families)
    if (contexts.has(thread))
      throw errnoError("EBUSY", `Cannot begin to acquire: thread "${thread.name}" is in an acquire context already`)
    thread.engine.takeTicket(thread.record)
    const context = new AcquireContext(MADE, thread)
    contexts.set(thread, context)
    return context
  }

  /**
   * Takes all of these in a context of their own, runs something, and gives all back, whatever it throws.
   * @throws TypeError for an async function; what `begin`, `lockAll` and the body throw
   */
  static locked<T>(
    thread: Seat,
    reservations: readonly Lockable[],
    body: Synchronous<T>,
    options: LockAllOptions = {},
  ): T {
    synchronous("a body under a lock", body)
    const context = AcquireContext.begin(thread)
    return withCleanup(
      () => {
        context.lockAll(reservations, options)
        return overBy("a body under a lock", body())
      },
      () => context[dispose](),
    )
  }

  /** How many reservations are held in it. */
  get acquired(): number {
    return this.#held.size
  }

  /**
   * Takes all of these, in any order: on "back-off" gives back all it holds, waits for the one it was refused, and
   * begins again. Returns how often that was: if not 0, what was held before was not held for a moment, is held again,
   * and what was seen in it may be out of date. If it throws, what is held by then stays held until `unlockAll`.
   * @throws FenceError EALREADY, EINVAL when the context has ended, FOREIGN, STALE; HeapError FULL when there is no
   * room for the slots; TypeError, RangeError; what an issuer throws who is asked while slots are reserved
   */
  lockAll(reservations: readonly Lockable[], options: LockAllOptions = {}): number {
    const { slots = 0, duplicates = "ignore" } = optionsOf("locking", options)
    wholeNumber("slots", slots, 0, MOST_SLOTS)
    const all = listOf("reservations", reservations)
    const addresses = all.map((reservation) => this.#addressOf(reservation))
    if (oneOf("duplicates", duplicates, ["ignore", "refuse"]) === "refuse") this.#refuseDuplicates(addresses)
    AcquireContext.assertCurrent(this, this.thread)
    const wanted = all.map((reservation) => ({ reservation, slots }))
    for (let backOffs = 0; ; backOffs++) {
      const refused = wanted.find((claim) => !this.#take(claim))
      if (!refused) return backOffs
      this.#backOff(refused.reservation)
    }
  }

  /** Takes one and makes room in it; false to back off. */
  #take({ reservation, slots }: Claim): boolean {
    if (reservation.lock(this) === "back-off") return false
    if (slots > 0) this.#makeRoom(reservation, slots)
    return true
  }

  #makeRoom(reservation: Lockable, slots: number): void {
    reservation.reserve(slots)
    const address = this.#addressOf(reservation)
    const held = this.#held.get(address)
    // For when all must be taken anew: then it is to have as much room as it was ever given.
    if (held && held.slots < slots) this.#held.set(address, { ...held, slots })
  }

  /** Gives all back, waits for the one that was refused, and takes the others again, until it has them all. */
  #backOff(first: Lockable): void {
    // Of the context's own handles: the callers' may be dropped meanwhile, by an issuer that is asked.
    const before = [...this.#held.values()]
    withCleanup(
      () => {
        this.#unlock(() => {})
        first.lockSlow(this)
        for (;;) {
          const refused = before.find((claim) => !this.#take(claim))
          if (!refused) return
          this.unlockAll()
          refused.reservation.lockSlow(this)
        }
      },
      () =>
        runAll(
          before.map(
            ({ reservation }) =>
              () =>
                reservation.drop(),
          ),
        ),
    )
  }

  #addressOf(reservation: Lockable): number {
    const isLockable = reservation instanceof ObjectHandle && typeof reservation.lock === "function"
    if (!isLockable) throw new TypeError(`Cannot use ${show(reservation)} as a reservation`)
    return addressIn(this.thread, reservation, "reservation", ObjectHandle)
  }

  #refuseDuplicates(addresses: readonly number[]): void {
    const at = addresses.findIndex((address, i) => this.#held.has(address) || addresses.indexOf(address) < i)
    if (at >= 0)
      throw errnoError("EALREADY", `Cannot lock reservation ${at} of ${addresses.length}: it is locked already`)
  }

  /** Gives back everything held in it. The ticket stays. */
  unlockAll(): void {
    this.#unlock((reservation) => reservation.drop())
  }

  /** Gives back all locks, and hands over the handles. */
  #unlock(end: (reservation: Lockable) => void): void {
    const { thread } = this
    const held = [...this.#held]
    // Of a thread that was reclaimed the locks have been given back: it is told so once.
    if (!thread.isAttached) this.#held.clear()
    const unlock = (address: number) => {
      // Whoever is asked by an unlock may give back others by hand.
      if (this.#held.delete(address)) thread.told(thread.ask.unlockReservation(thread.record, address))
    }
    runAll([
      () => void (held.length > 0 && thread.record),
      ...held.flatMap(([address, { reservation }]) => [() => unlock(address), () => end(reservation)]),
    ])
  }

  /** Ends it. Idempotent. @throws FenceError EBUSY while something is held in it */
  end(): void {
    if (this.#held.size > 0)
      throw errnoError("EBUSY", `Cannot end acquire context: ${this.#held.size} reservations are held in it`)
    if (contexts.get(this.thread) === this) contexts.delete(this.thread)
  }

  /** Gives back everything, and ends it. */
  [dispose](): void {
    runAll([() => this.unlockAll(), () => this.end()])
  }

  /** @internal @throws TypeError for what is none; FenceError EINVAL when it has ended, or is another thread's */
  static assertCurrent(context: AcquireContext, thread: Seat): void {
    if (!(context instanceof AcquireContext))
      throw new TypeError(`Cannot use ${show(context)} as an acquire context: AcquireContext.begin() makes one`)
    if (contexts.get(thread) !== context)
      throw errnoError("EINVAL", `Cannot lock: the acquire context has ended, or is not of thread "${thread.name}"`)
  }

  /** @internal Takes over a handle of its own on what was taken. */
  noteLocked(address: number, reservation: Lockable): void {
    this.#held.set(address, { reservation, slots: 0 })
  }

  /** @internal A reservation was given back by hand. */
  static noteUnlocked(thread: Seat, address: number): void {
    const context = contexts.get(thread)
    if (context === undefined) return
    const claim = context.#held.get(address)
    context.#held.delete(address)
    claim?.reservation.drop()
  }
}
