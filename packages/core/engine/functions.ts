/**
 * Modules' functions that wait for a grace period (`call_rcu` with a function of the module): hung up by the module, and run by
 * whoever empties the chain, in whatever thread that is. Nothing keeps the text until then but the module itself: it unloads
 * after a `barrier`, or its functions are called in a text that has gone (DEAD_TEXT), or go while they run (RETURN_INTO_DEAD_TEXT); after
 * 32 lives of the text's record that is not told, and another module's function of that number is called (`tag.ts`).
 *
 * Emptying a chain happens in the middle of anything, under locks and in a section. So the function is put off, as the ends
 * of containers are, and called when the operation is over. `Thread.calls` says that there are such, for `barrier`.
 *
 * DEATH: the record is taken off the list and given back before the call. Who dies in the function has called it; who dies before, leaves it
 * to the one who clears up.
 */
import { roundsToSpin } from "./backoff"
import { assertCount, breakOff, seatsAmong } from "./bound"
import * as host from "./host"
import { Action, Callback } from "./layout/callback"
import { Header } from "./layout/header"
import { Op, Text } from "./layout/module"
import { Oops } from "./layout/oops"
import { Nobody, Owner } from "./layout/owner"
import { Address, Kind, Size } from "./layout/record"
import { Thread } from "./layout/thread"
import { isToken } from "./locks/owner"
import { give } from "./pool"
import { retire } from "./rcu/retire"
import { untagged } from "./tag"
import { load, peek, poke, relax, store } from "./words"
import { takeCallback } from "./fence/callbacks"
import { callHost } from "./fence/ops"
import { assertReturned, exitText, tryEnterText } from "./issuer/executing"

/** Defers a function of the module with this text: 1, or 0 when there is no callback record left. */
export function deferFunction(thread: i32, text: i32, number: i32, argument: i32): i32 {
  const node = takeCallback(thread, Action.ModuleFunction, argument)
  if (node == Address.None) return 0
  poke(node + Callback.number, number)
  poke(node + Callback.text, text)
  retire(thread, node)
  return 1
}

/** Calls the function of a record that `owner` has put off. The host finds its argument, and then its number, where the call says. */
export function callFunction(thread: i32, owner: i32, node: i32): void {
  const text = peek(node + Callback.text)
  const what = thread + Thread.registers
  poke(what, peek(node + Callback.argument))
  poke(what + 4, peek(node + Callback.number))
  give(thread, Kind.Callback, node)
  const before = peek(thread + Thread.executing)
  if (tryEnterText(thread, text)) {
    callHost(thread, what, (peek(untagged(text) + Text.loadId) << 3) | Op.Deferred)
    // First: a barrier may be over as soon as it is told, and the text go.
    const dead = exitText(thread, before)
    endCall(owner)
    assertReturned(dead, node)
  } else {
    endCall(owner)
    host.oops(Oops.DeadText, node, text, Op.Deferred)
  }
}

function endCall(owner: i32): void {
  const calls = peek(owner + Thread.calls)
  // ORDER: publish "it has returned". Pairs with `isCalling`.
  if (calls > 0) store(owner + Thread.calls, calls - 1)
}

/** Waits until each of the other threads has come back from the functions that it had taken. Blocks. For `barrier`, after the chains are empty. */
export function awaitCalls(thread: i32): void {
  const base = peek(Header.threads)
  const spins = roundsToSpin()
  // ORDER: observe: who joins later takes what was deferred later.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const seat = base + i * Size.Thread
    if (seat == thread) continue
    for (let round = 0; isCalling(seat); round++) {
      if (round < spins) relax()
      else host.stall(thread, round - spins)
    }
  }
}

/**
 * Whether a thread has functions that it took off a chain, and has not come back from. An oops if the seat says so and is nobody's, or
 * says more than there can be: nobody would ever come back.
 */
function isCalling(seat: i32): bool {
  // ORDER: observe: who took one said so inside the section for which `barrier` has waited. Pairs with `actOfKind` of `action-kinds.ts`, and
  // with `endCall`.
  const calls = load(seat + Thread.calls)
  if (calls <= 0) return false
  assertCount(calls, Kind.Callback, seat + Thread.calls)
  // ORDER: observe: who has left the seat came back from all of them before.
  const state = load(seat + Thread.state)
  if ((state & Owner.Seat) == Nobody.Free) return false
  if ((state & Owner.Seat) != Nobody.Left && !isToken(state)) breakOff(seat + Thread.state)
  return true
}

/** Another thread that has such functions, or NONE. For a barrier in steps, and to name somebody. */
export function callingThread(thread: i32): i32 {
  const base = peek(Header.threads)
  // ORDER: observe: as in `awaitCalls`.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const seat = base + i * Size.Thread
    if (seat != thread && isCalling(seat)) return seat
  }
  return Address.None
}
