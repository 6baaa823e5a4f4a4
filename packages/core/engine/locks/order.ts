/**
 * Lock order (after the kernel's lockdep): a thread that takes a lock of one class while it holds one of another says
 * that this is the order. If the order was ever the other way round, somewhere, by any thread, there is a deadlock for
 * those who meet there one day; so it is refused today, before the lock is taken. Checked flavour only.
 *
 * What a thread holds is a stack of classes in its record, a byte each. A signaling section (`signaling.ts`) stands on
 * the stack like a lock: whoever waits for a fence waits for all such sections. A read section is held as well, though
 * it is not on the stack: whoever waits for a grace period (`waiting.ts`) waits for all read sections.
 */
import * as host from "../host"
import { Header } from "../layout/header"
import { LockClass, LockOrder } from "../layout/lock-order"
import { Oops } from "../layout/oops"
import { Thread } from "../layout/thread"
import { add, load, or, peek, poke } from "../words"
import { classOf } from "./classes"

const BITS: i32 = 8
const PER_WORD: i32 = 4
const MOST_HELD: i32 = 8

/** Whether the thread has anything that could come after what it is about to wait for. */
export function hasOrder(thread: i32): bool {
  if (CHECKED) {
    if (peek(Header.lockOrder) == 0) return false
    return peek(thread + Thread.heldCount) != 0 || peek(thread + Thread.nesting) != 0
  }
  return false
}

/** About to wait for a lock. */
export function noteWanted(thread: i32, word: i32): void {
  if (CHECKED) checkOrder(thread, classOf(word))
}

/** Got a lock. */
export function noteTaken(thread: i32, word: i32): void {
  if (CHECKED) {
    if (peek(Header.lockOrder) != 0) push(thread, classOf(word))
  }
}

/** Gave a lock back. */
export function noteGiven(thread: i32, word: i32): void {
  if (CHECKED) {
    if (peek(Header.lockOrder) != 0) pop(thread, classOf(word))
  }
}

/** Everything that the thread holds comes before this class; an oops if it ever came after it. */
export function checkOrder(thread: i32, wanted: i32): void {
  if (CHECKED) {
    const held = peek(thread + Thread.heldCount)
    for (let i = 0; i < held && i < MOST_HELD; i++) checkPair(thread, classAt(thread, i), wanted)
    if (peek(thread + Thread.nesting) != 0) checkPair(thread, LockClass.GracePeriod, wanted)
  }
}

/** What the thread holds comes before what it wants. */
function checkPair(thread: i32, before: i32, wanted: i32): void {
  // ORDER: observe: an edge that is there was checked when it was noted.
  if (load(rowOf(before)) & (1 << wanted)) return
  refuseCycle(before, wanted)
  noteEdge(thread, before, wanted)
  // ORDER: check: of two threads that note opposite edges at once, the second to note looks after both are there.
  refuseCycle(before, wanted)
}

function refuseCycle(before: i32, wanted: i32): void {
  if (before == wanted || reaches(wanted, before)) host.oops(Oops.LockOrder, before, wanted, 0)
}

/** Whether locks of one class were taken, perhaps by way of others, while those of another were held. */
function reaches(from: i32, to: i32): bool {
  // ORDER: observe: rows only grow, and what is noted while we look is looked at by whoever notes it.
  let reached = load(rowOf(from))
  while (true) {
    if (reached & (1 << to)) return true
    let more = reached
    for (let at = 0; at < LockClass.Count; at++) if (reached & (1 << at)) more |= load(rowOf(at))
    if (more == reached) return false
    reached = more
  }
}

/** Notes an edge, and where in the program it was made. */
function noteEdge(thread: i32, before: i32, wanted: i32): void {
  const region = peek(Header.lockOrder)
  // ORDER: claim: each edge gets an entry of its own.
  const index = add(region + LockOrder.edgeCount, 1)
  if (index < LockOrder.MostEdges) {
    const edge = region + LockOrder.edges + index * LockOrder.EdgeBytes
    poke(edge, (before << BITS) | wanted)
    host.place(thread, edge + 4)
  }
  // ORDER: publish the edge, with its place.
  or(rowOf(before), 1 << wanted)
}

function rowOf(lockClass: i32): i32 {
  return peek(Header.lockOrder) + LockOrder.rows + (lockClass << 2)
}

/** PLAIN from here on: a thread's stack is its own. */
function classAt(thread: i32, index: i32): i32 {
  return (peek(thread + Thread.held + ((index / PER_WORD) | 0) * 4) >> ((index % PER_WORD) * BITS)) & 0xff
}

function putAt(thread: i32, index: i32, lockClass: i32): void {
  const word = thread + Thread.held + ((index / PER_WORD) | 0) * 4
  const shift = (index % PER_WORD) * BITS
  poke(word, (peek(word) & ~(0xff << shift)) | (lockClass << shift))
}

/** Deeper than eight locks are counted, and no longer told apart. */
export function push(thread: i32, lockClass: i32): void {
  const held = peek(thread + Thread.heldCount)
  if (held < MOST_HELD) putAt(thread, held, lockClass)
  poke(thread + Thread.heldCount, held + 1)
}

/** Takes the topmost of this class off: locks need not be given back in the order in which they were taken. */
export function pop(thread: i32, lockClass: i32): void {
  const held = peek(thread + Thread.heldCount)
  if (held == 0) return
  let at = held < MOST_HELD ? held - 1 : MOST_HELD - 1
  while (at > 0 && classAt(thread, at) != lockClass) at--
  for (let i = at; i < held - 1 && i < MOST_HELD - 1; i++) putAt(thread, i, classAt(thread, i + 1))
  poke(thread + Thread.heldCount, held - 1)
}

/** What the thread took last. */
export function classHeld(thread: i32): i32 {
  const held = peek(thread + Thread.heldCount)
  return classAt(thread, (held < MOST_HELD ? held : MOST_HELD) - 1)
}

/** Whether the thread holds something of a class. */
export function holds(thread: i32, lockClass: i32): bool {
  const held = peek(thread + Thread.heldCount)
  for (let i = 0; i < held && i < MOST_HELD; i++) if (classAt(thread, i) == lockClass) return true
  return false
}
