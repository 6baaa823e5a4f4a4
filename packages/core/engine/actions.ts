/**
 * What callbacks do. Workers cannot run another worker's closures, so a callback is a code and an argument; a
 * function is run by delivering the callback to the thread that registered it.
 */
import { actOfKind } from "./action-kinds"
import { assertSteps, seatsAmong } from "./bound"
import { Action, Callback } from "./layout/callback"
import { Header } from "./layout/header"
import { Event } from "./layout/oops"
import { Address, Kind, Size } from "./layout/record"
import { Scheduler } from "./layout/scheduler"
import { Thread } from "./layout/thread"
import { trace } from "./trace"
import { add, compareExchange, exchange, load, or, peek, poke, wake } from "./words"

/** The doorbell counts rings in its upper bits; bit 0 says that the thread sleeps on it, or has done so. */
const RING: i32 = 2
const LISTENS: i32 = 1
const EVERYONE: i32 = 0x7fffffff

/** In `Thread.acting`: the counter is about to go up. Records are multiples of 32. */
export const COUNTING: i32 = 1

/** Does what a callback is for. True if the record is now the target thread's; false if it is still the registrant's. */
export function act(thread: i32, node: i32): bool {
  const action = peek(node + Callback.code)
  if (action == Action.AddToCell) {
    countUp(thread, node)
    return false
  }
  if (action == Action.RingThread || action == Action.RingWaiter) {
    ring(peek(node + Callback.thread))
    return false
  }
  if (TRACED && action == Action.Deliver) trace(thread, Event.Delivered, node, peek(node + Callback.thread))
  if (action == Action.Deliver) deliver(node)
  else actOfKind(thread, node, action)
  return true
}

/**
 * Adds one to a cell, a user's word that is counted up by many.
 * DEATH: between `acting` and its clearing the cell has gone up if it no longer holds `before`: the clearer cannot tell us
 * from another counter that came just then, but from nobody it can.
 */
function countUp(thread: i32, node: i32): void {
  const cell = peek(node + Callback.argument)
  poke(node + Callback.before, peek(cell))
  poke(thread + Thread.acting, node | COUNTING)
  // ORDER: publish "this ran" to whoever reads the cell.
  add(cell, 1)
  poke(thread + Thread.acting, Address.None)
}

/** Goes on with a counter that a dead thread was about to raise, or had just raised, in its name. */
export function resumeCount(dead: i32): void {
  const acting = peek(dead + Thread.acting)
  const node = acting & ~COUNTING
  if ((acting & COUNTING) == 0) return countUp(dead, node)
  const cell = peek(node + Callback.argument)
  // ORDER: publish, as in `countUp`. Whoever clears up after us finds it risen.
  if (load(cell) == peek(node + Callback.before)) add(cell, 1)
  poke(dead + Thread.acting, Address.None)
}

/** There may be something to do for a scheduler: rings the thread that runs its jobs, if there is one. */
export function ringScheduler(scheduler: i32): void {
  // ORDER: wake: the thread writes itself down, listens, and looks then; either we ring it or it finds what we did before.
  // Pairs with `attendScheduler` of `scheduler/run.ts`.
  const hardware = load(scheduler + Scheduler.hardware)
  if (hardware != Address.None) ring(hardware)
}

/** Puts a callback into its thread's mailbox; rings only when the box was empty, so a burst costs one ring. */
function deliver(node: i32): void {
  const thread = peek(node + Callback.thread)
  // ORDER: publish the callback. Pairs with `takeMail`, and with `emptyMailbox` of `death/callbacks.ts`.
  // ORDER: claim: of the pushes after an emptying, one finds NONE, and that one rings.
  let head = load(thread + Thread.mailbox)
  while (true) {
    poke(node + Callback.next, head)
    const found = compareExchange(thread + Thread.mailbox, head, node)
    if (found == head) break
    head = found
  }
  if (head == Address.None) ring(thread)
}

/** Makes a thread look: rises the doorbell, and wakes whoever sleeps on it. */
export function ring(thread: i32): void {
  // ORDER: wake: the listener sets LISTENS before it sleeps, and sleeps only while the word is unchanged.
  //  - our add comes first: it finds another word and does not sleep;
  //  - its bit comes first: our add returns the bit, and we wake it. Pairs with `listen`.
  if (add(thread + Thread.doorbell, RING) & LISTENS) wake(thread + Thread.doorbell, EVERYONE)
}

/** Rings every thread: for what is so rare that nobody keeps a list of those who wait for it. A ring for nothing does no harm. */
export function ringEverybody(): void {
  const first = peek(Header.threads)
  // ORDER: observe: who joins later has nothing to be rung for.
  const end = first + seatsAmong(load(Header.threadsUsed)) * Size.Thread
  for (let thread = first; thread < end; thread += Size.Thread) ring(thread)
}

/** Says that this thread is going to sleep on its doorbell; returns the value to sleep on. Then look once more. */
export function listen(thread: i32): i32 {
  // ORDER: park: as told in `ring`. Pairs with `ring`.
  return or(thread + Thread.doorbell, LISTENS) | LISTENS
}

/** Empties the mailbox; returns the callbacks in order of arrival, chained by `next`. */
export function takeMail(thread: i32): i32 {
  // ORDER: observe the callbacks. Pairs with `deliver`: a push after this finds NONE and rings again.
  let node = exchange(thread + Thread.mailbox, Address.None)
  let inOrder: i32 = Address.None
  let steps = 0
  while (node != Address.None) {
    assertSteps(++steps, Kind.Callback, thread)
    if (TRACED) trace(thread, Event.Received, node, 0)
    const next = peek(node + Callback.next)
    poke(node + Callback.next, inOrder)
    inOrder = node
    node = next
  }
  return inOrder
}
