/**
 * Clearing up after a thread that died: it may have stood anywhere between two shared accesses.
 *
 * It goes on *in the name of the dead*: whoever clears up takes the dead thread's part, with its seat, its token and its
 * words. So what is in hand stands where it stood before, and if the one that clears up dies too, at any access, a
 * third goes on in the same seat as after one death.
 *
 *   1. `endHolds`: the locks it held are given back, and its read section ends. No lock is taken for that, so it never
 *      waits. For all the dead that we answer for: what follows takes locks, which others of them may have held.
 *   2. `areLocksFree`: a lock that nobody gives back may be held by a thread that is dead and of which nobody has said
 *      so yet. Then the rest is left to the next one who clears up (`Nobody.Left`).
 *   3. `endBusiness`: what it had begun is finished, and what it kept for itself or had registered comes back.
 *
 * What each word of a seat is to the one who clears up:
 *   state, generation     the claim on the seat (threads.ts); both change when it is free again
 *   epoch, nesting        its read section: ends, once its chains are back
 *   id                    only hint: the token is computed, for it may have died before it wrote it
 *   running, acting       the callbacks of the fence that it was completing: they run (death/fences.ts)
 *   work, working         what it had put off: is done
 *   emptying              the rest of a chain that it had taken: goes back onto the chain (rcu/retire.ts)
 *   deferring, heldCount, clearing    how deep it stood in its operation: zero
 *   impatient, asking     nothing: whoever goes on is patient, and is asked by nobody
 *   keptLocks, keptFrom, heldKept    what its caller held: nothing any more
 *   sleptOn               a wake may have come to it that was meant for all: they are woken
 *   mailbox, doorbell     what was delivered to it: goes back
 *   ticket, acquired      its claim on several locks: zero, for they are given back
 *   retiredHeads          its retired records: stay there, for anyone to empty
 *   executing             it returns nowhere any more: none
 *   calls                 modules' functions that it had put off: are called with the rest of that
 *   serves                nobody rings it for works any more
 *   turns                 it has no turns any more: zero, and above zero while its work is done, for none is to be asked for
 *   draft, draftLife, replaced    a version of a value that it was making, or had just replaced: goes back
 *   fenceCache, callbackCache    its magazines: to the depots
 *   fenceHandles …        what it held by handles: noted by name (death/lost.ts)
 *   sleepsFor             if it lives, and was taken for dead, it sleeps there: it is woken, and told; zero
 *   registers, nowLo …    of use within one operation only: nothing
 *
 * What is in none of these words is lost, and shows in the accounts: references in its handles, and the one record that
 * it had just taken or was just giving back.
 */
import { clear } from "../clear"
import { ringEverybody } from "../actions"
import { holdWork, resumeWork } from "../deferral"
import { Patience } from "../layout/answer"
import { Fence, Flag } from "../layout/fence"
import { Nobody, Owner } from "../layout/owner"
import { Address } from "../layout/record"
import { Thread } from "../layout/thread"
import { tokenOf } from "../locks/owner"
import { isSettled } from "../locks/strategy"
import { endChecks, finishDiscards } from "../modules"
import { flushCaches, isFence } from "../pool"
import { returnChains } from "../rcu/retire"
import { endSection } from "../rcu/strategy"
import { isSeat, leftState, moveSeat, nextSeat, release, takeSeat } from "../threads"
import { compareExchange, load, peek, poke, wake } from "../words"
import { endDraft, endOrphans, endParcels, endWorks } from "../families"
import { finishWork } from "../work"
import { dropCallbacks } from "./callbacks"
import { areLocksFree } from "./held"
import { breakLocks } from "./locks"
import { noteLost } from "./lost"

const EVERYONE: i32 = 0x7fffffff
const WHOLE: i32 = -1

/**
 * Clears up after the thread that sat at `dead` in this generation, and that no longer runs: 1, or 0 if there was nothing
 * to do, or somebody else is at it. With 1 nothing waits for it any more; the rest may be left for later.
 */
export function reclaim(thread: i32, dead: i32, generation: i32): i32 {
  if (dead == thread || !isSeat(dead) || peek(thread + Thread.clearing) != 0) return 0
  if (!takeSeat(thread, dead, generation)) return 0
  // It may have died while it cleared up after others.
  takeSeats(thread, WHOLE, tokenOf(dead))
  takeSeats(thread, Owner.Seat, Nobody.Left)
  clearSeats(thread, true)
  return 1
}

/** Goes on with what could not be done when it was tried last. Waits for no lock. */
export function reclaimLeft(thread: i32): void {
  if (nextSeat(Address.None, Owner.Seat, Nobody.Left) == Address.None || peek(thread + Thread.clearing) != 0) return
  if (!areLocksFree(false)) return
  takeSeats(thread, Owner.Seat, Nobody.Left)
  clearSeats(thread, false)
}

/** Answers from now on for all seats that are in this state. */
function takeSeats(thread: i32, mask: i32, state: i32): void {
  const me = peek(thread + Thread.id)
  for (let seat = nextSeat(Address.None, mask, state); seat != Address.None; seat = nextSeat(seat, mask, state)) {
    // ORDER: observe: if it is another by now, the claim fails.
    const seen = load(seat + Thread.state)
    if (seen != me && (seen & mask) == state) moveSeat(seat, seen, me)
  }
}

/** The next seat that this thread answers for, other than its own. */
function nextDead(thread: i32, at: i32): i32 {
  const seat = nextSeat(at, WHOLE, peek(thread + Thread.id))
  return seat == thread ? nextSeat(seat, WHOLE, peek(thread + Thread.id)) : seat
}

/** Clears up after all that this thread answers for; leaves what may have to wait for a lock. */
function clearSeats(thread: i32, patient: bool): void {
  poke(thread + Thread.clearing, peek(thread + Thread.asking) + 1)
  for (let dead = nextDead(thread, Address.None); dead != Address.None; dead = nextDead(thread, dead)) endHolds(dead)
  const free = areLocksFree(patient)
  for (let dead = nextDead(thread, Address.None); dead != Address.None; dead = nextDead(thread, dead)) {
    if (free && isSettled(dead)) endBusiness(dead)
    // Unless its seat is free again.
    moveSeat(dead, peek(thread + Thread.id), leftState(dead))
  }
  poke(thread + Thread.clearing, 0)
  // A dead one may have died just before a ring.
  ringEverybody()
}

/** From here on nobody waits for the dead thread. Takes no lock. */
function endHolds(dead: i32): void {
  const token = tokenOf(dead)
  returnChains(dead, token)
  // Grace periods go on. Not before its chains are back.
  endSection(dead)
  poke(dead + Thread.nesting, 0)
  poke(dead + Thread.deferring, 0)
  poke(dead + Thread.impatient, Patience.Patient)
  clear(dead, Thread.heldCount, Thread.retiredHeads)
  poke(dead + Thread.keptLocks, Address.None)
  poke(dead + Thread.keptFrom, Address.None)
  // The token in its record is the one that our locks in its name will have.
  poke(dead + Thread.id, token)
  endChecks(token)
  endWorks(token)
  breakLocks(dead, token)
  wakeInstead(dead)
}

/**
 * Finishes what the dead thread had begun, brings back what was its own, and frees its seat. Locks are taken in its name. A release may
 * find a lock busy that was free before; its holder may have died since. Then the seat is not freed, and all of this is done once more.
 */
function endBusiness(dead: i32): void {
  const token = tokenOf(dead)
  doWork(dead)
  endOrphans(dead, token)
  endParcels(dead, token)
  endDraft(dead)
  finishDiscards(dead, token)
  dropCallbacks(dead)
  doWork(dead)
  if (peek(dead + Thread.work) != Address.None || !flushCaches(dead, dead)) return
  noteLost(dead)
  release(dead)
}

/** Does what the dead thread had put off, and what comes of it. */
function doWork(dead: i32): void {
  holdWork(dead)
  // No turn is to be asked for.
  poke(dead + Thread.turns, 1)
  finishWork(dead, dead, false)
  resumeWork(dead)
}

/** A lock that is given back wakes one of those who sleep on it. If that was the dead thread, the others sleep on. */
function wakeInstead(dead: i32): void {
  // ORDER: wake: one that lives, and was taken for dead, is to find out. It notes for what it sleeps, sets PARKED, and looks at its seat,
  // which was taken before this. So it sees that, or finds another word to sleep on (also if somebody else changes it just now), or
  // is woken. Others sleep anew.
  const fence = peek(dead + Thread.sleepsFor)
  if (isFence(fence)) {
    const seen = load(fence + Fence.flags)
    compareExchange(fence + Fence.flags, seen, seen & ~Flag.Parked)
    wake(fence + Fence.flags, EVERYONE)
  }
  const word = peek(dead + Thread.sleptOn)
  // ORDER: wake: whoever sleeps there looks again. Only the dead thread wrote the word.
  if (word != Address.None) wake(word, EVERYONE)
}
