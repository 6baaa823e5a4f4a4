/**
 * A guard holds what was taken, for one task, until `unlock` or the end of its `using`. It can be used again, so a loop needs one;
 * but it is one task's: two tasks that share it cannot tell which of them holds.
 */
import {
  type AsyncWaitOptions,
  INSPECT,
  dispose,
  type Limit,
  type Seat,
  type WaitOptions,
} from "@outlive/core/building"
import { SyncError } from "./errors.js"
import type { SyncHandle } from "./sync-handle.js"
import { type Bounds, FOREVER, UNBOUNDED, type Waited, boundsOf, limitOf, waitAsync, waitSync } from "./waiting.js"
import { NO, OWNER_DIED } from "./words.js"

const IDLE = 0
const WAITS = 1
const HOLDS = 2
/** It was disposed of while it waited: what it gets goes back at once. */
const ENDS = 3

export abstract class Guard<H extends SyncHandle> {
  // Not "#": V8 inlines a constructor that calls `super` only where no base has fields of that kind.
  private readonly handle: H
  private state: number
  private wasLeft: boolean
  private address: number

  /** @internal */
  constructor(handle: H) {
    this.handle = handle
    this.state = IDLE
    this.wasLeft = false
    this.address = 0
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return `${this.constructor.name} (${this.isHeld ? "held" : "not held"}, thread "${this.thread.name}")`
  }

  /** What it locks, in messages. */
  protected abstract get what(): string
  /** At once: a `Taken`. */
  protected abstract take(handle: H, address: number): number
  /** The same for a caller that may sleep: spins for a while. @throws OopsError SELF_DEADLOCK */
  protected abstract takePatiently(handle: H, address: number): number
  /** As a waiter. `maySleep`: its thread sleeps meanwhile. */
  protected abstract waited(handle: H, address: number, maySleep: boolean): Waited<number>
  protected abstract give(handle: H, address: number): void

  /** @internal */
  get thread(): Seat {
    return this.handle.thread
  }

  /** Whether this guard holds. */
  get isHeld(): boolean {
    return this.state === HOLDS
  }

  /**
   * Whether the thread that had it last died with it: what it guards may be half changed. Told to the one that takes it next,
   * once.
   */
  get ownerDied(): boolean {
    return this.wasLeft
  }

  /** Takes it if it can be had at once. @throws SyncError HELD; FenceError STALE; HeapError DETACHED */
  tryLock(): boolean {
    const address = this.#enter()
    return this.#leaveWith(this.take(this.handle, address))
  }

  /** Takes it, and sleeps until it can. False when the time was up. @throws OopsError SELF_DEADLOCK when this thread has it; as `tryLock` */
  lockSync(options?: WaitOptions): boolean {
    const limit = limitOf(options)
    const address = this.#enter()
    const answer = this.takePatiently(this.handle, address)
    return this.#leaveWith(answer === NO ? this.#sleep(address, limit) : answer)
  }

  /**
   * Takes it as soon as it can be had, also after other tasks of this thread; if the task that awaits this has it by another guard, it
   * waits for ever. False when the time was up. Rejects with the abort's reason; SyncError HELD; FenceError STALE; HeapError DETACHED.
   */
  lock(options?: AsyncWaitOptions): Promise<boolean> {
    return this.lockFor(options, true, false)
  }

  /** @internal The same; says what it comes to in two values. */
  lockFor<T, F>(options: AsyncWaitOptions | undefined, held: T, late: F): Promise<T | F> {
    try {
      const bounds = boundsOf(options)
      const address = this.#enter()
      const answer = this.take(this.handle, address)
      if (answer === NO) return this.#promise(address, bounds).then((isHeld) => (isHeld ? held : late))
      this.#leaveWith(answer)
      return Promise.resolve(held)
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  /** Gives it back. @throws SyncError NOT_HELD; HeapError DETACHED when its thread was reclaimed, and has noticed that: then it is not held any more */
  unlock(): void {
    if (this.state !== HOLDS) throw new SyncError("NOT_HELD", `Cannot unlock ${this.what}: this guard does not hold it`)
    this.state = IDLE
    this.wasLeft = false
    try {
      this.give(this.handle, this.address)
    } finally {
      // Also when its thread was reclaimed: then nothing is held, but the handle must not wait for us.
      this.handle.endUse()
    }
  }

  /** @internal A condition is waited for: gives it back, and will have it again (`resume`). @throws SyncError NOT_HELD */
  pause(): void {
    if (this.state !== HOLDS)
      throw new SyncError("NOT_HELD", `Cannot wait with ${this.what}: this guard does not hold it`)
    this.state = WAITS
    this.wasLeft = false
    this.give(this.handle, this.address)
  }

  /** @internal The condition was waited for: has it again, unless it was disposed of meanwhile. */
  resumeSync(): void {
    const answer = this.takePatiently(this.handle, this.address)
    this.#arrive(answer === NO ? this.#sleep(this.address, FOREVER) : answer)
  }

  /** @internal The same as a promise. */
  async resume(): Promise<void> {
    if (this.state === ENDS) return this.forsake()
    const answer = this.take(this.handle, this.address)
    if (answer === NO) await this.#promise(this.address, UNBOUNDED)
    else this.#arrive(answer)
  }

  /** @internal The thread has left, or the guard was disposed of: it is not had again. */
  forsake(): void {
    this.#leaveWith(NO)
  }

  /** @internal A thread died with it during one of several waits. */
  tellDied(): void {
    if (this.state === HOLDS) this.wasLeft = true
  }

  /** Gives it back, if it is held. A guard that waits still will not hold. */
  [dispose](): void {
    if (this.state === HOLDS) this.unlock()
    else if (this.state === WAITS) this.state = ENDS
  }

  /** From here on the object stays, until `#leaveWith` finds that it was not had. */
  #enter(): number {
    if (this.state !== IDLE)
      throw new SyncError(
        "HELD",
        `Cannot lock ${this.what}: this guard ${this.state === HOLDS ? "holds it" : "waits for it"} already`,
      )
    return (this.address = this.handle.use())
  }

  #leaveWith(answer: number): boolean {
    if (answer === NO) {
      this.state = IDLE
      this.handle.endUse()
      return false
    }
    this.state = HOLDS
    this.wasLeft = answer === OWNER_DIED
    return true
  }

  #sleep(address: number, limit: Limit): number {
    try {
      return waitSync(this.handle, this.waited(this.handle, address, true), limit)
    } catch (error) {
      return this.#fail(error)
    }
  }

  #promise(address: number, bounds: Bounds): Promise<boolean> {
    if (this.state === IDLE) this.state = WAITS
    return waitAsync(this.handle, this.waited(this.handle, address, false), bounds).then(
      (answer) => this.#arrive(answer),
      (error: unknown) => this.#fail(error),
    )
  }

  #fail(error: unknown): never {
    this.#leaveWith(NO)
    throw error
  }

  #arrive(answer: number): boolean {
    const isOver = this.state === ENDS
    const isHeld = this.#leaveWith(answer)
    if (isHeld && isOver) this.unlock()
    return isHeld && !isOver
  }
}
