/**
 * MCS (Mellor-Crummey & Scott 1991), whose waiters spin and then park: the lock word is the tail of a queue, and each waiter
 * waits on a word of its own, in a node that its predecessor finds by a link. First come, first served, and a line moves
 * between two threads only. When the next one does not run, nobody does: with more threads than cores it collapses.
 *
 * A node is three words of the thread's record (`held.ts` tells of the rest): a thread can have five such locks at a time.
 * The word of the lock is 0, or the address of the last node.
 */
import { LONGEST_PAUSE, roundsToSpin, standAside } from "../../backoff"
import * as host from "../../host"
import { Header } from "../../layout/header"
import { Oops } from "../../layout/oops"
import { Owner } from "../../layout/owner"
import { Address, Poison, Size } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { compareExchange, exchange, load, peek, poke, relax, store, wake } from "../../words"
import { WANTED, hasNoLock } from "../held"
import { assertQueueMoves } from "../queue"
import { FREE, LONGEST_PARK_MS } from "../word"

/** Offsets of the first node's words in a thread record. */
const FIRST: i32 = 260
const NEXT: i32 = 4
const STATE: i32 = 8
const NODE_BYTES: i32 = 12
const MOST: i32 = 5

/** A node's state: it has the lock; or it waits, and perhaps sleeps; or Poison.Word: the lock was destroyed. */
const HAS_IT: i32 = 0
const WAITS: i32 = 1
const SLEEPS: i32 = 2

/** A node for this lock, whose thread does not have it yet. PLAIN: nobody else knows it yet. */
// @inline
function takeNode(thread: i32, word: i32): i32 {
  const node = peek(thread + FIRST) == Address.None ? thread + FIRST : furtherNode(thread, word)
  poke(node, word)
  poke(node + NEXT, Address.None)
  poke(node + STATE, WAITS)
  return node
}

function furtherNode(thread: i32, word: i32): i32 {
  const node = nodeWith(thread, Address.None)
  if (node == Address.None) host.oops(Oops.TooManyLocks, word, MOST, 0)
  return node
}

/** The thread's node for a lock, or NONE. */
function nodeWith(thread: i32, word: i32): i32 {
  for (let node = thread + FIRST; node < thread + Thread.locksEnd; node += NODE_BYTES)
    if (peek(node) == word) return node
  return Address.None
}

// @inline
export function acquire(thread: i32, word: i32): void {
  const node = takeNode(thread, word)
  // ORDER: claim: an empty queue (L1); whoever loses joins it.
  if (compareExchange(word, FREE, node) == FREE) poke(node + STATE, HAS_IT)
  else acquireSlow(thread, word, node)
}

// @inline
export function tryAcquire(thread: i32, word: i32): i32 {
  const node = takeNode(thread, word)
  // ORDER: claim: an empty queue (L1); the loser goes away.
  if (compareExchange(word, FREE, node) == FREE) {
    poke(node + STATE, HAS_IT)
    return 1
  }
  poke(node, Address.None)
  return 0
}

function acquireSlow(thread: i32, word: i32, node: i32): void {
  poke(node, Address.None)
  assertLockWord(word)
  if (holds(thread, word)) host.oops(Oops.SelfDeadlock, word, peek(thread + Thread.id) & Owner.Seat, 0)
  poke(thread + WANTED, word)
  poke(node, word)
  const previous = join(word, node)
  if (previous == FREE) poke(node + STATE, HAS_IT)
  else {
    if (!isNode(previous)) comeTooLate(thread, word, node)
    // ORDER: publish our node to the one before us. Pairs with `handOn`.
    store(previous + NEXT, node)
    awaitTurn(thread, word, node)
  }
  poke(thread + WANTED, Address.None)
}

/**
 * Joins the queue; returns the last node before us, or FREE. What is no lock any more is left as it is, and returned: an exchange would
 * overwrite the poison, and its memory may be another's when we put it back.
 */
function join(word: i32, node: i32): i32 {
  // ORDER: observe: a hint; the claim decides.
  let seen = load(word)
  while (seen == FREE || isNode(seen)) {
    // ORDER: claim: the place behind the one that was last (L1); and publish our node, to whoever comes after us.
    const found = compareExchange(word, seen, node)
    if (found == seen) return seen
    seen = found
  }
  return seen
}

/** The lock was destroyed before we had joined its queue. */
function comeTooLate(thread: i32, word: i32, node: i32): void {
  poke(thread + WANTED, Address.None)
  poke(node, Address.None)
  host.oops(Oops.DeadLock, word, 0, 0)
}

/** Waits until the one before us has handed the lock on. */
function awaitTurn(thread: i32, word: i32, node: i32): void {
  let left = roundsToSpin()
  let pause = 1
  let looks = 0
  while (true) {
    // ORDER: observe what the one before us wrote under the lock. Pairs with `handOn`.
    const state = load(node + STATE)
    if (state == HAS_IT) return
    if (state == Poison.Word) leaveDead(thread, word, node)
    if (left > 0) {
      left--
      standAside(pause)
      if (pause < LONGEST_PAUSE) pause <<= 1
      continue
    }
    // ORDER: park: SLEEPS is there before we sleep, and `park` sleeps only while it is.
    //  - we come first: `handOn` finds SLEEPS, and wakes us;
    //  - it comes first: our compareExchange fails, or `park` finds another word; we look again.
    // Pairs with `handOn`.
    if (state == WAITS && compareExchange(node + STATE, WAITS, SLEEPS) != WAITS) continue
    if (looks > 0) assertQueueMoves(thread, word, looks)
    looks++
    // To find the holder takes a look at every seat: not the first time.
    host.park(node + STATE, SLEEPS, LONGEST_PARK_MS, looks > 1 ? ownerOf(word) : 0)
  }
}

/** The lock is none any more: so it shall be for all who come after us. */
function leaveDead(thread: i32, word: i32, node: i32): void {
  poke(thread + WANTED, Address.None)
  handOn(thread, word, node, Poison.Word)
  host.oops(Oops.DeadLock, word, 0, 0)
}

// @inline
export function release(thread: i32, word: i32): void {
  const node = peek(thread + FIRST) == word ? thread + FIRST : nodeWith(thread, word)
  if (node != Address.None) handOn(thread, word, node, HAS_IT)
}

/**
 * Gives the lock, or what is left of it, to whoever is next; if nobody is, the word is FREE, or poison.
 * After a death: the node names the lock until the last step is done, so whoever waits is told; but from here on it is not its holder's.
 */
function handOn(thread: i32, word: i32, node: i32, left: i32): void {
  poke(node + STATE, WAITS)
  // ORDER: observe the node behind ours. Pairs with `acquireSlow`.
  let next = load(node + NEXT)
  if (next == Address.None) {
    // ORDER: publish what was written under the lock: nobody is behind us, or this fails. Pairs with `awaitEmpty`.
    if (compareExchange(word, node, left) == node) return poke(node, Address.None)
    next = awaitLink(thread, word, node)
  }
  // ORDER: publish what was written under the lock. Pairs with `awaitTurn`.
  // ORDER: wake: SLEEPS was there before it slept; either we find it here, or it finds what we wrote. Pairs with `awaitTurn`.
  if (exchange(next + STATE, left) == SLEEPS) wake(next + STATE, 1)
  poke(node, Address.None)
}

/** Somebody has come after us, and has not said yet who it is: two steps lie between. */
function awaitLink(thread: i32, word: i32, node: i32): i32 {
  let left = roundsToSpin()
  while (true) {
    // ORDER: observe the node behind ours, as in `handOn`.
    const next = load(node + NEXT)
    if (next != Address.None) return next
    if (left-- <= 0) {
      assertQueueMoves(thread, word, 0)
      left = roundsToSpin()
    }
    relax()
  }
}

export function holds(thread: i32, word: i32): bool {
  const node = nodeWith(thread, word)
  return node != Address.None && peek(node + STATE) == HAS_IT
}

export function ownerOf(word: i32): i32 {
  const base = peek(Header.threads)
  // ORDER: observe: nothing is read on the strength of it.
  const end = base + load(Header.threadsUsed) * Size.Thread
  for (let seat = base; seat < end; seat += Size.Thread) if (holds(seat, word)) return peek(seat + Thread.id)
  return 0
}

export function isTaken(word: i32): bool {
  // ORDER: observe: nothing is read on the strength of it.
  return load(word) != FREE
}

export function assertLockWord(word: i32): void {
  // ORDER: observe: only to name a misuse.
  const seen = load(word)
  if (seen == FREE || isNode(seen)) return
  host.oops(seen == Poison.Word ? Oops.DeadLock : Oops.NoLock, word, seen, 0)
}

/** Whether this can be the address of a node. */
function isNode(address: i32): bool {
  const offset = address - peek(Header.threads)
  return offset >= 0 && offset < peek(Header.threadCapacity) * Size.Thread && (address & 3) == 0
}

export function sleepWhileHeld(word: i32, owner: i32, atMostMs: i32): void {
  // ORDER: observe: `park` looks again. Nobody wakes us; we sleep for so long at most.
  const seen = load(word)
  if (seen != FREE && ownerOf(word) == owner) host.park(word, seen, atMostMs, 0)
}

/** It cannot be told whether a dead thread had the lock: whoever waits for it is told (`queue.ts`). */
export function breakDead(_dead: i32, _token: i32, _word: i32): bool {
  return false
}

/** What it had, or waited for, stands in its record still, and keeps the seat from being cleared up. */
export function isSettled(dead: i32): bool {
  return hasNoLock(dead)
}

export function destroy(thread: i32, word: i32): void {
  const node = nodeWith(thread, word)
  if (node == Address.None) return
  handOn(thread, word, node, Poison.Word)
  awaitEmpty(thread, word)
}

/** Each who waits tells the next that the lock is dead, and the last one writes so: until then they need its word. */
function awaitEmpty(thread: i32, word: i32): void {
  let left = roundsToSpin()
  // ORDER: observe that the last one has gone. Pairs with `handOn`.
  while (load(word) != Poison.Word) {
    if (left-- <= 0) {
      assertQueueMoves(thread, word, 0)
      left = roundsToSpin()
    }
    relax()
  }
}
