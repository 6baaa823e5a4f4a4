/** Finding an issuer's op. Inside a read section: that is what keeps its text. */
import { assertReading } from "../check"
import { KEPT, forgetLock, handLocksOver, handOver, keepHeld, noteOpenLock, takeLocksBack } from "../kept"
import * as host from "../host"
import { Patience } from "../layout/answer"
import { Fence, Flag } from "../layout/fence"
import { Text } from "../layout/module"
import { Event, Oops } from "../layout/oops"
import { Address } from "../layout/record"
import { Thread } from "../layout/thread"
import { asksOpenly } from "../lifetime"
import { readLock, readUnlock } from "../rcu/epoch"
import { follow, isAlive } from "../tag"
import { trace } from "../trace"
import { load, peek, poke } from "../words"
import { askContainer } from "./kinds"

/** "The issuer has no such op, or the fence has been detached from it." */
export const NO_OP: i32 = -1

/** The number under which this thread's host knows the issuer's op; NO_OP if there is none. An oops if the text has gone. */
export function opOf(thread: i32, fence: i32, op: i32): i32 {
  assertReading(thread, fence)
  return findOp(fence, op)
}

function findOp(fence: i32, op: i32): i32 {
  // ORDER: observe the text. Decides on the pointer alone: NONE, or good for the whole section (P5).
  const ops = load(fence + Fence.ops)
  if (ops == Address.None) return NO_OP
  const text = follow(ops, Oops.DeadText, fence)
  if ((peek(text + Text.opsMask) & (1 << op)) == 0) return NO_OP
  return (peek(text + Text.loadId) << 3) | op
}

/**
 * Asks the issuer in a read section: what its function answers, or `otherwise` if it has none. `held`: the lock that the
 * operation has meanwhile, or NONE: for the length of that function it is its caller's.
 */
export function askIssuer(thread: i32, fence: i32, op: i32, otherwise: i32, held: i32): i32 {
  if (peek(fence + Fence.flags) & Flag.Container) return askContainer(thread, fence, op, held)
  if (asksOpenly()) return askOpenly(thread, fence, op, otherwise)
  readLock(thread)
  const number = opOf(thread, fence, op)
  const answer = number == NO_OP ? otherwise : callHolding(thread, fence, number, held)
  readUnlock(thread)
  return answer
}

function callHolding(thread: i32, fence: i32, number: i32, held: i32): i32 {
  if (held != Address.None) noteOpenLock(thread, held)
  const answer = callIssuer(thread, fence, number)
  if (held != Address.None) forgetLock(thread, held)
  return answer
}

/** The same in no section: where nobody waits for sections, nothing keeps the text while the function runs, and that it has gone is found out afterwards. */
function askOpenly(thread: i32, fence: i32, op: i32, otherwise: i32): i32 {
  // ORDER: observe the text before the call: the signal may take it off the fence meanwhile.
  const ops = load(fence + Fence.ops)
  const number = findOp(fence, op)
  if (number == NO_OP) return otherwise
  const answer = callIssuer(thread, fence, number)
  if (ops != Address.None && !isAlive(ops)) host.oops(Oops.ReturnIntoDeadText, fence, ops, op)
  return answer
}

/**
 * Calls an issuer's function, in a read section as a rule. It may call us in its turn: what we have open is what such an operation
 * finds at its call, and leaves as it is. What it puts off waits for whoever asked, for a lock may be held. Sections that
 * the function does not leave end here.
 */
export function callIssuer(thread: i32, fence: i32, number: i32): i32 {
  if (CHECKED) trace(thread, Event.CalledOp, fence, peek(fence + Fence.ops))
  return callHost(thread, fence, number)
}

/** The same for any record. */
export function callHost(thread: i32, record: i32, number: i32): i32 {
  const nesting = peek(thread + Thread.nesting)
  const deferring = peek(thread + Thread.deferring)
  const impatient = peek(thread + Thread.impatient)
  const asking = peek(thread + Thread.asking)
  const nowLo = peek(thread + Thread.nowLo)
  const nowHi = peek(thread + Thread.nowHi)
  const locks = handLocksOver(thread)
  const held = CHECKED ? peek(thread + Thread.heldCount) : 0
  const kept = CHECKED ? peek(thread + Thread.heldKept) : 0
  poke(thread + Thread.nesting, handOver(nesting))
  poke(thread + Thread.deferring, handOver(deferring) + KEPT)
  poke(thread + Thread.impatient, Patience.Patient)
  poke(thread + Thread.asking, asking + 1)
  keepHeld(thread)
  const answer = host.call(number, record)
  poke(thread + Thread.nesting, nesting)
  poke(thread + Thread.deferring, deferring)
  poke(thread + Thread.impatient, impatient)
  poke(thread + Thread.asking, asking)
  poke(thread + Thread.nowLo, nowLo)
  poke(thread + Thread.nowHi, nowHi)
  takeLocksBack(thread, locks)
  if (CHECKED) {
    // Locks of cells that the function took and has not given back are its caller's.
    const left = peek(thread + Thread.heldKept)
    poke(thread + Thread.heldCount, left)
    poke(thread + Thread.heldKept, kept + left - held)
  }
  return answer
}
