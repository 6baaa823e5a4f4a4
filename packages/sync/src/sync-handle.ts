/** What all primitives are to the thread that uses them: a handle, which stays as long as somebody waits or holds something by it. */
import { HeapError } from "@outlive/core/worker"
import {
  INSPECT,
  MADE,
  addressOf,
  shown,
  refuseMaking,
  type Seat,
  type TransferToken,
  type SharedObjectToken,
  assertSeat,
  heapHeader,
  objectHandles,
  openObject,
  readableOf,
  stale,
  tokenOf,
  transferOf,
  dispose,
} from "@outlive/core/building"
import { type Local, enterLocal, leaveLocal } from "./local.js"
import { MOST_SEATS } from "./words.js"

/**
 * A handle on a primitive: one reference, of one thread. It lives from when it is made until `drop`. Afterwards every use throws FenceError STALE,
 * and after its thread has left HeapError DETACHED; only `drop` itself does not.
 */
export abstract class SyncHandle {
  readonly thread: Seat
  /** @internal */
  readonly local: Local
  readonly #address: number
  #uses = 0
  #isDropped = false

  /** @internal Takes over a reference. */
  constructor(key: typeof MADE, thread: Seat, address: number) {
    if (key !== MADE) refuseMaking(`a ${new.target.name}`, "its static create() or open()")
    this.thread = thread
    this.#address = address
    this.local = enterLocal(thread, address)
    thread.tally(objectHandles, 1)
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return shown(this, addressOf(this), this.thread)
  }

  /** What it is, in messages and tokens: "mutex". */
  protected abstract get what(): string

  /** Address of the object, for the raw engine API. @throws FenceError STALE after `drop` */
  get address(): number {
    if (this.#isDropped) throw stale(this.what, "its handle was dropped")
    return this.#address
  }

  /** What to post to another thread, which opens it there. It holds no reference: keep this handle until it was opened. @throws FenceError STALE; HeapError DETACHED */
  share(): SharedObjectToken<this> {
    return tokenOf(this, `outlive-${this.what}`)
  }

  /**
   * The same, but the token carries a reference, and this handle is dropped: whoever opens it, once, has the primitive. A second time is
   * ALREADY_TAKEN. What nobody takes is given back by `thread.cancelTransfer`, or when this thread is reclaimed.
   * @throws FenceError STALE; HeapError FULL (of `objects`), DETACHED, NOT_IMPORTED in a heap without primitives: the handle is as it was
   */
  transfer(): TransferToken<this> {
    return transferOf(this, `outlive-${this.what}`, false)
  }

  /** @internal Address of what may be held. */
  get holdable(): number {
    return this.address
  }

  /**
   * Gives the reference back; every later use is refused. Idempotent. What is held or waited for by this handle stays until it is
   * given back, or over. May be called after the thread has detached.
   */
  drop(): void {
    if (this.#isDropped) return
    this.#isDropped = true
    if (this.#uses === 0) this.#end()
  }

  [dispose](): void {
    this.drop()
  }

  /** @internal Address for a call that names no thread. @throws FenceError STALE; HeapError DETACHED */
  protected get usable(): number {
    return readableOf(this)
  }

  /** @internal Something begins that needs the object: its address. @throws FenceError STALE; HeapError DETACHED */
  use(): number {
    const address = this.usable
    this.#uses++
    return address
  }

  /** @internal The same for a part of something that has begun: the handle may have been dropped since. */
  keep(): number {
    this.#uses++
    return this.#address
  }

  /** @internal It is over. */
  endUse(): void {
    if (--this.#uses === 0 && this.#isDropped) this.#end()
  }

  /** Nobody uses it any more. */
  protected ended(): void {}

  #end(): void {
    const { thread } = this
    leaveLocal(thread, this.#address, this.local)
    this.ended()
    thread.tally(objectHandles, -1)
    thread.dropObject(this.#address)
  }
}

/** Each seat has a bit in the maps of those that wait. @throws TypeError; HeapError UNSUPPORTED for a heap of more than 256 threads, DETACHED */
export function assertMostSeats(thread: Seat): void {
  assertSeat(thread)
  const threads = thread.heap.word(heapHeader.threadCapacity)
  if (threads > MOST_SEATS)
    throw new HeapError(
      "UNSUPPORTED",
      `Cannot make a primitive in a heap for ${threads} threads: at most ${MOST_SEATS} can wait`,
    )
}

/** Makes the object of a primitive. @throws HeapError FULL, UNSUPPORTED, DETACHED */
export function createSync(thread: Seat, type: number, word: number, limit: number): number {
  assertMostSeats(thread)
  return thread.make("objects", () => thread.engine.createSync(thread.record, type, word, limit))
}

/** A reference to the object that a token names. @throws TypeError, FenceError STALE, FOREIGN */
export function openSync(thread: Seat, token: SharedObjectToken, what: string, type: number): number {
  return openObject(thread, token, what, type)
}
