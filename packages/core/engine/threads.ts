/**
 * Seats: joining and leaving the heap. What a dead thread leaves behind is in `death/`.
 *
 * A seat's state is one word that says who answers for it; by its seat number it is
 *   0          free; its generation is that of the next tenant
 *   its own    the seat of a thread: the word is the thread's token
 *   another    its tenant has died, and that thread is clearing up after it
 *   LEFT       its tenant has died, nothing waits for it, and the rest of the clearing up is to be done by somebody
 *
 * DEATH: the state is the commit. A thread that dies in `attach` before it is in no seat; after it, it is in one with a
 * token that stands in no lock, whatever of the seat's other words it has written.
 */
import { clear } from "./clear"
import { Header } from "./layout/header"
import { Nobody, Owner } from "./layout/owner"
import { Address, Size } from "./layout/record"
import { Thread } from "./layout/thread"
import { isSeated, seatOf, tokenOf } from "./locks/owner"
import { flushCaches } from "./pool"
import { compareExchange, load, peek, poke, store } from "./words"

/** Joins: returns a seat that is this thread's alone, or NONE when all are taken. */
export function attach(): i32 {
  const base = peek(Header.threads)
  const capacity = peek(Header.threadCapacity)
  for (let i = 0; i < capacity; i++) {
    const seat = base + i * Size.Thread
    // ORDER: claim: one of those who want this seat gets it (T1); the others go on to the next. The free state names the
    // generation, so that nobody takes a seat under the number of a tenant who came and went meanwhile.
    // Pairs with `isSeated` of `locks/owner.ts`.
    const free = load(seat + Thread.state)
    if ((free & Owner.Seat) != Nobody.Free) continue
    const token = free | Owner.Mark | (i + 1)
    if (compareExchange(seat + Thread.state, free, token) != free) continue
    poke(seat + Thread.id, token)
    // Both are 0, unless they were overwritten while nobody sat there: then every grace period would wait for us.
    poke(seat + Thread.epoch, 0)
    poke(seat + Thread.nesting, 0)
    raiseUsed(i + 1)
    return seat
  }
  return Address.None
}

/** Keeps `threadsUsed` at least this high. */
function raiseUsed(count: i32): void {
  // ORDER: publish the bound before our first read section, so that no scan passes us by. Pairs with `laggard` of `rcu/strategies/epochs.ts`.
  let used = load(Header.threadsUsed)
  while (used < count) {
    const found = compareExchange(Header.threadsUsed, used, count)
    if (found == used) return
    used = found
  }
}

/**
 * Leaves: returns what this thread kept for itself. It must be outside read sections, hold no lock and have emptied its mailbox. 1; 0 if
 * a depot's lock stays taken: come again.
 */
export function detach(thread: i32): i32 {
  if (!flushCaches(thread, thread)) return 0
  release(thread)
  return 1
}

/** Frees the seat for the next thread, its words as that one wants to find them. */
export function release(seat: i32): void {
  poke(seat + Thread.running, Address.None)
  clear(seat, Thread.work, Thread.mailbox)
  clear(seat, Thread.ticketLo, Thread.retiredHeads)
  clear(seat, Thread.emptying, Thread.name)
  clear(seat, Thread.locks, Thread.draft)
  poke(seat + Thread.turns, 0)
  poke(seat + Thread.nesting, 0)
  poke(seat + Thread.keptLocks, Address.None)
  poke(seat + Thread.clearing, 0)
  const generation = (peek(seat + Thread.generation) + 1) | 0
  // ORDER: publish "outside any section", and all of the above, before "free".
  store(seat + Thread.epoch, 0)
  poke(seat + Thread.generation, generation)
  store(seat + Thread.state, (generation & Owner.Generation) << Owner.Shift)
}

/** Whether this is the address of a seat. */
export function isSeat(address: i32): bool {
  const offset = address - peek(Header.threads)
  if (offset < 0 || offset % Size.Thread != 0) return false
  return ((offset / Size.Thread) | 0) < peek(Header.threadCapacity)
}

/**
 * Makes `thread` answer for the seat of a dead one, if that is still in this life: true for the one who is to clear up.
 * Also when somebody was clearing up and has died, or could not finish, or when it was this very thread, broken off by an oops.
 */
export function takeSeat(thread: i32, dead: i32, generation: i32): bool {
  // ORDER: observe: the generation changes before the state does, so both are of one life, or the claim fails.
  const state = load(dead + Thread.state)
  if (load(dead + Thread.generation) != generation || (state & Owner.Seat) == Nobody.Free) return false
  if ((state & Owner.Seat) != Nobody.Left && seatOf(state) != dead) {
    if (state == peek(thread + Thread.id)) return true
    if (isSeated(state)) return false
  }
  return moveSeat(dead, state, peek(thread + Thread.id))
}

/** The next seat after `at` (or from the beginning) whose state, as far as `mask` says, is this; NONE at the end. */
export function nextSeat(at: i32, mask: i32, state: i32): i32 {
  const base = peek(Header.threads)
  const end = base + peek(Header.threadCapacity) * Size.Thread
  // ORDER: observe: who is to act on it claims it.
  for (let seat = at == Address.None ? base : at + Size.Thread; seat < end; seat += Size.Thread)
    if ((load(seat + Thread.state) & mask) == state) return seat
  return Address.None
}

/** Changes who answers for a seat, if it is who we think. */
export function moveSeat(seat: i32, from: i32, to: i32): bool {
  // ORDER: claim: one thread clears up (T2); the others leave it alone.
  return compareExchange(seat + Thread.state, from, to) == from
}

/** The state of a seat whose tenant has died and that somebody must clear up after some time. */
export function leftState(seat: i32): i32 {
  return (tokenOf(seat) & ~(Owner.Nibble | Owner.Seat)) | Nobody.Left
}
