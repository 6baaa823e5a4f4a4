/** What handles on shared objects (reservations, timelines, …) have in common: an address, one reference, a way to other threads. */
import { dispose } from "../dispose.js"
import { Kind, Thread as ThreadRecord } from "../../built/layout.js"
import { assertSeat } from "../seat/assert-seat.js"
import { type Handle, type Token, checkToken, readableOf, stale, staleToken, tokenOf } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"
import { takeTransfer, transferOf } from "../seat/transfer.js"
import { type TransferToken, isTransfer } from "../seat/transfer-token.js"
import { MADE, refuseMaking } from "../seat/made.js"
import { INSPECT, addressOf, shown } from "../seat/shown.js"

/**
 * What another thread needs to open the object; can be posted. It holds no reference: keep the handle until it was opened. `Of`: the class that
 * opens it, as in `SharedObjectToken<Syncobj>`; without it a token is one of any class.
 */
export type SharedObjectToken<Of = unknown> = Token<Of>

/**
 * A handle holds one reference, and belongs to its thread. After `drop` every use of it throws FenceError STALE, and after its thread has left
 * HeapError DETACHED; only `drop` itself does not.
 */
export abstract class ObjectHandle implements Handle {
  readonly thread: Seat
  #address: number

  /** @internal Takes over a reference. */
  constructor(key: typeof MADE, thread: Seat, address: number) {
    if (key !== MADE) refuseMaking(`${new.target.name}`, "its static create() or open()")
    this.thread = thread
    this.#address = address
    thread.tally(ThreadRecord.objectHandles, 1)
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return shown(this, addressOf(this), this.thread)
  }

  /** What it is, in messages and tokens: "reservation". */
  protected abstract get what(): string

  /** Address of the record, for the raw engine API. @throws FenceError STALE after `drop` */
  get address(): number {
    if (this.#address === 0) throw stale(this.what, "its handle was dropped")
    return this.#address
  }

  /** @internal Nobody is lent an object. */
  get holdable(): number {
    return this.address
  }

  /** Address of what is only read. @throws FenceError STALE; HeapError DETACHED */
  protected get readable(): number {
    return readableOf(this)
  }

  /** Gives the reference back; every later use is refused. Idempotent. May be called after the thread has detached. */
  drop(): void {
    if (this.#address !== 0) this.thread.dropObject(this.release())
  }

  [dispose](): void {
    this.drop()
  }

  /** @internal Hands the reference over to the caller, and ends. */
  release(): number {
    const { address, thread } = this
    this.#address = 0
    thread.tally(ThreadRecord.objectHandles, -1)
    return address
  }

  /** What to post to another thread, which opens it there. Keep this handle until it has. */
  share(): SharedObjectToken<this> {
    return tokenOf(this, `outlive-${this.what}`)
  }

  /**
   * The same, but the token carries this handle's reference, and the handle ends: whoever opens it, once, has the object. A second time
   * is ALREADY_TAKEN. What nobody takes is given back by `thread.cancelTransfer`, or when this thread is reclaimed.
   * @throws FenceError STALE; HeapError FULL (of `objects`), DETACHED, NOT_IMPORTED in a heap without primitives: the handle is as it was
   */
  transfer(): TransferToken<this> {
    return transferOf(this, `outlive-${this.what}`, false)
  }
}

/** Makes an object of a type. @throws HeapError FULL */
export function createObject(seat: Seat, type: number): number {
  assertSeat(seat)
  return seat.make("objects", () => seat.engine.createObject(seat.record, type))
}

/** A reference to the object that a token names: its address. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
export function openObject(seat: Seat, token: SharedObjectToken, what: string, type: number): number {
  assertSeat(seat)
  if (isTransfer(token)) return takeTransfer(seat, token, `outlive-${what}`, what, type)
  const { address, generation } = checkToken(seat, token, `outlive-${what}`, what, Kind.Object)
  const answer = seat.ask.openObject(seat.record, address, generation, type)
  const opened = seat.told(answer, (object) => object !== 0 && seat.dropObject(object))
  if (opened === 0) throw staleToken(what)
  return opened
}
