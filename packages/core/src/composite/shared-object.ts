/** What handles on shared objects (reservations, timelines, …) have in common: an address, one reference, a way to other threads. */
import { Kind } from "../../built/layout.js"
import { assertSeat } from "../seat/assert-seat.js"
import { Handle, type Token, checkToken, stale, staleToken } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"

/** What another thread needs to open the object; can be posted. It holds no reference: keep the handle until it was opened. */
export type SharedObjectToken = Token

/** A handle holds one reference, and belongs to its thread. */
export abstract class ObjectHandle extends Handle {
  override readonly thread: Seat
  #address: number

  /** @internal Takes over a reference. */
  constructor(thread: Seat, address: number) {
    super()
    this.thread = thread
    this.#address = address
    if (thread.heap.isChecked) thread.tally("object", 1)
  }

  override get address(): number {
    if (this.#address === 0) throw stale(this.what)
    return this.#address
  }

  /** @internal Nobody is lent an object. */
  override get holdable(): number {
    return this.address
  }

  override drop(): void {
    if (this.#address !== 0) this.thread.dropObject(this.release())
  }

  /** @internal */
  override release(): number {
    const { address, thread } = this
    this.#address = 0
    if (thread.heap.isChecked) thread.tally("object", -1)
    return address
  }

  /** What to post to another thread, which opens it there. Keep this handle until it has. */
  share(): SharedObjectToken {
    return this.tokenOf(`outlive-${this.what}`)
  }
}

/** Makes an object of a type. @throws HeapError FULL */
export function createObject(seat: Seat, type: number): number {
  assertSeat(seat)
  return seat.make("objects", () => seat.engine.createObject(seat.record, type))
}

/** A reference to the object that a token names: its address. @throws TypeError, FenceError STALE, FOREIGN */
export function openObject(seat: Seat, token: SharedObjectToken, what: string, type: number): number {
  assertSeat(seat)
  const { address, generation } = checkToken(seat, token, `outlive-${what}`, what, Kind.Object)
  const answer = seat.ask.openObject(seat.record, address, generation, type)
  const opened = seat.told(answer, (object) => object !== 0 && seat.dropObject(object))
  if (opened === 0) throw staleToken(what)
  return opened
}
