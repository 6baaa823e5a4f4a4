/**
 * A fence without a lock, to be held against the one with: its callbacks hang on a list whose head is exchanged, once, for COMPLETE.
 * That exchange is the signal: whoever adds a callback afterwards finds COMPLETE, and all that were added before are the
 * signaler's. What is saved is the lock at create, add and signal; what is paid, is paid by whoever removes:
 *
 *   - A record in the middle of the list cannot be unlinked, since its neighbours may be on their way out as well. So it is
 *     only marked REMOVED, and stays until the fence completes. Only the newest can be taken off at once. Whoever waits
 *     again and again for a fence that never completes, among others that do the same, piles records up.
 *   - With the lock, removing waits for a callback that is running by waiting for the lock. Here it waits for that callback alone,
 *     and each callback pays for it with a claim and an exchange.
 *
 * A callback's state (in the word where the other fences have the link to the one before):
 *   HANGS     it was added, and neither has happened
 *   REMOVED   it will not run; the record is the fence's, which gives it back when it completes
 *   RUNS      the signaler has it; REMOVER_WAITS: and whoever removes it sleeps until it is DONE
 *   DONE      it has run; the record is for whoever added it to give back, by removing it
 *
 * Only what is done at once can hang here (`AddToCell`, `RingThread`). Nobody goes on for a signaler that dies between its exchange
 * and its last callback: the list was in its hands alone. Fences and callbacks are records of the ordinary pools.
 */
import { act } from "../actions"
import { assertSteps } from "../bound"
import { assertLive } from "../check"
import { roundsToSpin, standAside } from "../backoff"
import * as host from "../host"
import { Callback } from "../layout/callback"
import { Fence } from "../layout/fence"
import { Header } from "../layout/header"
import { Address, Kind } from "../layout/record"
import { Thread } from "../layout/thread"
import { give, take } from "../pool"
import { compareExchange, exchange, load, peek, poke, wake } from "../words"

/** The newest callback, or NONE; or COMPLETE, for good. */
const HEAD: i32 = Fence.first
const COMPLETE: i32 = 1
/** Two words for the time of the signal, where the other fences have their context. */
const TIME_LO: i32 = Fence.contextLo
const TIME_HI: i32 = Fence.contextHi

const STATE: i32 = Callback.previous
const HANGS: i32 = 0
const REMOVED: i32 = 1
const RUNS: i32 = 2
const REMOVER_WAITS: i32 = 3
const DONE: i32 = 4
const LONGEST_PARK_MS: i32 = 100

/** A pending fence; NONE when the heap is full. */
export function createFree(thread: i32): i32 {
  const fence = take(thread, Kind.Fence)
  if (fence == Address.None) return Address.None
  // PLAIN: nobody else knows it yet.
  for (let at: i32 = Fence.first; at <= Fence.user; at += 4) poke(fence + at, 0)
  return fence
}

/** Whether it is complete. Its callbacks may still be running. */
export function hasSignaledFree(fence: i32): i32 {
  assertLive(fence)
  // ORDER: observe what was written before the signal. Pairs with `signalFree`.
  return load(fence + HEAD) == COMPLETE ? 1 : 0
}

/** Completes it: 1 for the one who did it, when all callbacks have run; 0, at once, for whoever comes later. */
export function signalFree(thread: i32, fence: i32): i32 {
  assertLive(fence)
  const stamped = peek(Header.timestamps)
  if (stamped) host.now(thread)
  // ORDER: claim: one exchange finds no COMPLETE (I1), and what it finds is its own (I2).
  //  - an add comes first: its callback is in the list that we have, and we run it;
  //  - we come first: its compareExchange finds COMPLETE, and it hangs nothing.
  // ORDER: publish what was written before. Pairs with `hasSignaledFree`, and with `addFree`.
  const newest = exchange(fence + HEAD, COMPLETE)
  if (newest == COMPLETE) return 0
  // PLAIN: one thread comes here. Who reads the time before it is written reads 0, and knows that it is about to come.
  if (stamped) {
    poke(fence + TIME_LO, peek(thread + Thread.nowLo))
    poke(fence + TIME_HI, peek(thread + Thread.nowHi))
  }
  if (newest != Address.None) runAll(thread, oldestFirst(newest))
  return 1
}

/** The list the other way round: the newest was in front, and they run in the order in which they were added. PLAIN: it is ours. */
function oldestFirst(newest: i32): i32 {
  let node = newest
  let first: i32 = Address.None
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, newest)
    const next = peek(node + Callback.next)
    poke(node + Callback.next, first)
    first = node
    node = next
  }
  return first
}

function runAll(thread: i32, first: i32): void {
  let node = first
  while (node != Address.None) {
    // Before the claim: afterwards the record may be another's.
    const next = peek(node + Callback.next)
    // ORDER: claim: whoever removes it, or we. Pairs with `removeFree`.
    if (compareExchange(node + STATE, HANGS, RUNS) == HANGS) run(thread, node)
    else give(thread, Kind.Callback, node)
    node = next
  }
}

function run(thread: i32, node: i32): void {
  act(thread, node)
  // ORDER: publish what the callback did; the record is no longer ours. Pairs with `awaitDone`.
  // ORDER: wake: the remover writes REMOVER_WAITS before it sleeps; we find it, or it finds DONE. Pairs with `awaitDone`.
  if (exchange(node + STATE, DONE) == REMOVER_WAITS) wake(node + STATE, 1)
}

/** Adds a callback: its record; 0 when the fence is complete, and it will never run; or -1 when there is no record left. */
export function addFree(thread: i32, fence: i32, action: i32, argument: i32): i32 {
  assertLive(fence)
  // ORDER: observe: a cheap look first; the claim decides.
  let seen = load(fence + HEAD)
  if (seen == COMPLETE) return 0
  const node = take(thread, Kind.Callback)
  if (node == Address.None) return -1
  poke(node + STATE, HANGS)
  poke(node + Callback.code, action)
  poke(node + Callback.argument, argument)
  poke(node + Callback.thread, thread)
  poke(node + Callback.fence, fence)
  while (seen != COMPLETE) {
    poke(node + Callback.next, seen)
    // ORDER: publish the callback; or the signal has come first, as told there. Pairs with `signalFree`.
    const found = compareExchange(fence + HEAD, seen, node)
    if (found == seen) return node
    seen = found
  }
  give(thread, Kind.Callback, node)
  return 0
}

/** Removes a callback: 1 if it will not run, 0 if it has run. The record goes back either way, now or when the fence completes. */
export function removeFree(thread: i32, node: i32): i32 {
  assertLive(node)
  const fence = peek(node + Callback.fence)
  // Before the claim: afterwards the signaler may give the record back. What we read while it turns the list round is of no
  // use, and not used: then the head is COMPLETE.
  const next = peek(node + Callback.next)
  // ORDER: claim: the signaler, or we. Pairs with `runAll`.
  const seen = compareExchange(node + STATE, HANGS, REMOVED)
  if (seen == HANGS) {
    // ORDER: claim: nobody came after us, and the fence is pending: the record is on no list any more. What is below us
    // cannot have changed, for only the newest is ever taken off.
    //  - we come first: the signaler finds a list without us;
    //  - another was added, or the signal came: it stays, and the signaler gives it back.
    if (compareExchange(fence + HEAD, node, next) == node) give(thread, Kind.Callback, node)
    return 1
  }
  awaitDone(node)
  give(thread, Kind.Callback, node)
  return 0
}

/** Waits until a callback that the signaler has begun has run. */
function awaitDone(node: i32): void {
  for (let left = roundsToSpin(); ; left--) {
    // ORDER: observe what the callback did. Pairs with `run`.
    const seen = load(node + STATE)
    if (seen == DONE) return
    if (left > 0) {
      standAside(1)
      continue
    }
    // ORDER: park: REMOVER_WAITS is there before we sleep, and `park` sleeps only while it is.
    //  - we come first: the signaler's exchange returns it, and it wakes us;
    //  - it comes first: our compareExchange fails, or `park` finds DONE; we look again. Pairs with `run`.
    if (seen == RUNS && compareExchange(node + STATE, RUNS, REMOVER_WAITS) != RUNS) continue
    host.park(node + STATE, REMOVER_WAITS, LONGEST_PARK_MS, 0)
  }
}

/** The last user's: completes the fence if it is pending, as whoever releases a pending fence does, and gives its record back. */
export function destroyFree(thread: i32, fence: i32): void {
  signalFree(thread, fence)
  give(thread, Kind.Fence, fence)
}
