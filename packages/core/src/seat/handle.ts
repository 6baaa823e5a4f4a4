/** What all that is held has in common: an address, one reference, a thread, and an end. */
import { Record as RecordWords } from "../../built/layout.js"
import { show } from "../entrance/numbers.js"
import { FenceError } from "../errors.js"
import type { Seat } from "./seat.js"

/** For the compiler only: no token has such a property. */
declare const OF: unique symbol

/**
 * What another thread needs to open a record; can be posted. It holds no reference: keep the handle until it was opened. `Of`: the class of
 * the handle that opens it. Default: any, and only the running program finds one of another kind.
 */
export interface Token<Of = unknown> {
  /** A method, for methods are compared both ways: a token of any class may be one of each, and one of a class is one of any. */
  [OF]?(of: Of): void
  readonly kind: string
  readonly heap: number
  readonly address: number
  readonly generation: number
}

/** Where a token leads: a record, and which life of it. */
type Place = Pick<Token, "address" | "generation">

/**
 * A handle holds one reference, and belongs to its thread. It lives from when it is made until `drop`; afterwards every use
 * of it is refused.
 *
 * An interface, not a base class: handles are made and dropped by the million, and V8 inlines `new` only for a class that
 * calls no `super`. With a base that keeps the address it takes 17 ns instead of 6, with one that keeps nothing 15 ns within `try`.
 * So there are two classes that keep an address, `Fence` and `ObjectHandle`; all others extend these.
 */
export interface Handle {
  readonly thread: Seat

  /** Address of the record, for the raw engine API. @throws FenceError STALE after `drop` */
  readonly address: number

  /** @internal The same of what may be held and changed: not while it is being given back. @throws FenceError STALE */
  readonly holdable: number

  /** Gives the reference back; every later use is refused. Idempotent. May be called after the thread has detached. */
  drop(): void

  /** @internal Hands the reference over to the caller, and ends. */
  release(): number

  [Symbol.dispose](): void
}

/** Address of what is only read: no engine call would notice. @throws FenceError STALE; HeapError DETACHED */
export function readableOf(handle: Pick<Handle, "thread" | "address">): number {
  void handle.thread.record
  return handle.address
}

export function tokenOf<H extends Pick<Handle, "thread" | "address">>(handle: H, kind: string): Token<H> {
  const { heap } = handle.thread
  const address = readableOf(handle)
  return { kind, heap: heap.identity, address, generation: heap.word(address + RecordWords.generation) }
}

/** What the use of a handle that has ended throws. */
export function stale(what: string, how: string): FenceError {
  return new FenceError("STALE", `Cannot use ${what}: ${how}`)
}

type HandleClass<H> = abstract new (...parameters: never[]) => H

/**
 * Address of a handle that is to be used in this thread. Every function that takes a handle begins with this.
 * @throws TypeError for what is none; FenceError FOREIGN for another heap's or thread's, STALE for one that has ended
 */
export function addressIn<H extends Pick<Handle, "thread" | "holdable">>(
  seat: Seat,
  handle: H,
  what: string,
  kind: HandleClass<H>,
): number {
  if (!(handle instanceof kind)) throw new TypeError(`Cannot use ${show(handle)} as a ${what}`)
  if (handle.thread === seat) return handle.holdable
  const other = handle.thread.heap.memory === seat.heap.memory ? `thread "${handle.thread.name}"` : "another heap"
  throw new FenceError("FOREIGN", `Cannot use ${what} in thread "${seat.name}": its handle belongs to ${other}`)
}

/** A token that is for this heap and names a record that there can be. @throws TypeError; FenceError STALE, FOREIGN */
export function checkToken(seat: Seat, token: Token, tokenKind: string, what: string, recordKind: number): Place {
  if (typeof token !== "object" || token === null || token.kind !== tokenKind)
    throw new TypeError(`Cannot open ${what}: what was given does not come from its share()`)
  assertOfHeap(seat, token, `open ${what}`)
  // What has passed through many hands may be damaged: an address that is no record's names nothing, nor does what the engine would take
  // for another generation, for it takes words. Of a bigint no difference can be taken. Each is read once: a getter may change its mind.
  const { address, generation } = token
  const isPossible =
    Number.isInteger(address) &&
    seat.heap.isRecord(recordKind, address) &&
    Number.isInteger(generation) &&
    (generation | 0) === generation &&
    (generation & 1) === 1
  if (!isPossible) throw staleToken(what)
  return { address, generation }
}

export function staleToken(what: string): FenceError {
  return new FenceError("STALE", `Cannot open ${what}: it was released before; keep the sender's handle until then`)
}

/** What was said by this heap, of something in it. @throws FenceError FOREIGN */
export function assertOfHeap(seat: Seat, said: { readonly heap: number }, toDo: string): void {
  if (said.heap !== seat.heap.identity) throw new FenceError("FOREIGN", `Cannot ${toDo}: it belongs to another heap`)
}
