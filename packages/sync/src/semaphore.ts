/** So many at a time: a count of permits. */
import {
  INSPECT,
  MADE,
  type AsyncWaitOptions,
  type Limit,
  type Seat,
  type SharedObjectToken,
  type UntimedWaitOptions,
  type WaitOptions,
  given,
  objectTypes,
  optionsOf,
  promised,
  wholeNumber,
  dispose,
} from "@outlive/core/building"
import { SyncError } from "./errors.js"
import { SyncHandle, createSync, openSync } from "./sync-handle.js"
import { type Bounds, type Waited, boundsOf, limitOf, waitAsync, waitSync } from "./waiting.js"
import { LIMIT, MOST_COUNT, WORD } from "./words.js"

/** How many permits there are at first, and at most. */
export interface SemaphoreOptions {
  readonly permits: number
  /** Default 1,073,741,823. */
  readonly most?: number
}

/** How many permits to take. */
export interface PermitOptions extends WaitOptions {
  /** Default 1. */
  readonly count?: number
}

/** The same for promises. */
export interface AsyncPermitOptions extends AsyncWaitOptions {
  /** Default 1. */
  readonly count?: number
}

/** Permits that a task holds until `release`, or the end of its `using`. Good also after the handle was dropped. */
export class Permits {
  readonly count: number
  readonly #semaphore: Semaphore
  readonly #address: number
  #isHeld = true

  /** @internal Takes over the permits, and a use of the handle. */
  constructor(semaphore: Semaphore, address: number, count: number) {
    this.#semaphore = semaphore
    this.#address = address
    this.count = count
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return `Permits (${this.#isHeld ? this.count : "none"}, thread "${this.#semaphore.thread.name}")`
  }

  /** Gives them back. Idempotent. @throws SyncError OVERFLOW when others have given back what they did not have; HeapError DETACHED */
  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    try {
      giveBack(this.#semaphore.thread, this.#address, this.count)
    } finally {
      this.#semaphore.endUse()
    }
  }

  [dispose](): void {
    this.release()
  }
}

/**
 * A count of permits that threads take and give back. Nobody owns a permit: any thread may release, and what a thread had taken
 * when it died is for whoever reclaims it to release. A waiter that dies, or gives up, takes none with it; but one
 * that dies between taking its permit and coming back had taken it, and nobody can tell.
 * @example
 * using slots = Semaphore.create(thread, { permits: 4 })
 * {
 *   using slot = await slots.acquire()
 *   // at most four are here
 * }
 */
export class Semaphore extends SyncHandle {
  /** There are never more: to take more is to wait for ever. */
  readonly #most: number

  private constructor(key: typeof MADE, thread: Seat, address: number) {
    super(key, thread, address)
    this.#most = thread.heap.word(address + LIMIT)
  }

  protected override get what(): string {
    return "semaphore"
  }

  /** @throws RangeError; HeapError FULL, UNSUPPORTED, DETACHED */
  static create(thread: Seat, options: SemaphoreOptions): Semaphore {
    const { permits, most = MOST_COUNT } = optionsOf("a semaphore", options)
    wholeNumber("the most permits", most, 1, MOST_COUNT)
    wholeNumber("permits", permits, 0, most)
    return new Semaphore(MADE, thread, createSync(thread, objectTypes.Semaphore, permits << 1, most))
  }

  /** The semaphore that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Semaphore>): Semaphore {
    return new Semaphore(MADE, thread, openSync(thread, token, "semaphore", objectTypes.Semaphore))
  }

  /** Permits that could be had. May be late. @throws FenceError STALE; HeapError DETACHED */
  get available(): number {
    return this.thread.engine.readCell(this.address + WORD) >> 1
  }

  /**
   * Takes permits if they can be had at once: whether it did. @throws RangeError for more than there can ever be (`most`); FenceError STALE;
   * HeapError DETACHED
   */
  tryTake(count = 1): boolean {
    return this.#tryTake(takable(count, this.#most))
  }

  /** Takes permits, and sleeps until it can: false when the time was up. @throws as `tryTake`; TypeError, RangeError for a time-out that is none */
  takeSync(options?: PermitOptions): boolean {
    return this.#takeSync(this.#countIn(options), limitOf(options))
  }

  /** The same as a promise. Rejects with the abort's reason, or what the other throws. */
  take(options?: AsyncPermitOptions): Promise<boolean> {
    return promised(() => this.#take(this.#countIn(options), boundsOf(options)))
  }

  /** As `takeSync`, to be given back by `using`: undefined when the time was up. */
  acquireSync(options?: PermitOptions & { readonly timeoutMs?: undefined }): Permits
  acquireSync(options: PermitOptions): Permits | undefined
  acquireSync(options?: PermitOptions): Permits | undefined {
    // Each option is read once: what is taken is what is given back.
    const count = this.#countIn(options)
    const limit = limitOf(options)
    const address = this.use()
    let isHeld = false
    try {
      isHeld = this.#takeSync(count, limit)
      return isHeld ? new Permits(this, address, count) : undefined
    } finally {
      if (!isHeld) this.endUse()
    }
  }

  /** As `take`, to be given back by `using`. The handle may be dropped meanwhile. */
  acquire(options?: AsyncPermitOptions & UntimedWaitOptions): Promise<Permits>
  acquire(options: AsyncPermitOptions): Promise<Permits | undefined>
  async acquire(options?: AsyncPermitOptions): Promise<Permits | undefined> {
    const count = this.#countIn(options)
    const bounds = boundsOf(options)
    const address = this.use()
    let isHeld = false
    try {
      isHeld = await this.#take(count, bounds)
      return isHeld ? new Permits(this, address, count) : undefined
    } finally {
      if (!isHeld) this.endUse()
    }
  }

  /** Gives permits back, or adds new ones. @throws SyncError OVERFLOW when there would be more than there may be; RangeError; FenceError STALE; HeapError DETACHED */
  release(count = 1): void {
    giveBack(this.thread, this.usable, wholeNumber("a count of permits", count, 1, MOST_COUNT))
  }

  /** How many permits the options ask for. @throws TypeError, RangeError */
  #countIn(options: PermitOptions | undefined): number {
    return takable(options === undefined ? 1 : given(optionsOf("a wait", options).count, 1), this.#most)
  }

  #tryTake(count: number): boolean {
    return this.thread.engine.takePermits(this.address, count) === 1
  }

  #takeSync(count: number, limit: Limit): boolean {
    return this.#tryTake(count) || waitSync(this, this.#waited(count), limit)
  }

  #take(count: number, bounds: Bounds): Promise<boolean> {
    return this.#tryTake(count) ? Promise.resolve(true) : waitAsync(this, this.#waited(count), bounds)
  }

  #waited(count: number): Waited<boolean> {
    const { thread, address } = this
    return {
      attempt: (map) => (thread.engine.awaitPermits(thread.record, address, count, map) === 1 ? true : undefined),
      spin: () => (thread.engine.spinPermits(address, count) === 1 ? true : undefined),
      late: () => false,
      isCounted: true,
      lane: count,
    }
  }
}

/** How many permits of so many are to be taken. @throws RangeError */
const takable = (count: number, most: number): number =>
  wholeNumber("the permits to take from this semaphore", count, 1, most)

function giveBack(thread: Seat, address: number, count: number): void {
  if (thread.engine.givePermits(address, count) === 1) return
  throw new SyncError(
    "OVERFLOW",
    `Cannot release ${count} ${count === 1 ? "permit" : "permits"}: there would be more than the semaphore was made for`,
  )
}
