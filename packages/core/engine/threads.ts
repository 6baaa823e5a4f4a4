/** Thread records: joining and leaving the heap. What a dead thread leaves behind is in `fence/reclaim.ts`. */
import { Header } from "./layout/header"
import { Address, Size } from "./layout/record"
import { Thread, ThreadState } from "./layout/thread"
import { flushCaches } from "./pool"
import { add, compareExchange, load, peek, poke, store } from "./words"

/** Joins: returns a thread record that is this thread's alone, or NONE when all are taken. */
export function attach(): i32 {
  const base = peek(Header.threads)
  const capacity = peek(Header.threadCapacity)
  for (let i = 0; i < capacity; i++) {
    const thread = base + i * Size.Thread
    // ORDER: claim: one of those who want this record gets it (T1); the others go on to the next.
    if (load(thread + Thread.state) != ThreadState.Free) continue
    if (compareExchange(thread + Thread.state, ThreadState.Free, ThreadState.Attached) != ThreadState.Free) continue
    poke(thread + Thread.id, i + 1)
    poke(thread + Thread.nesting, 0)
    poke(thread + Thread.running, Address.None)
    poke(thread + Thread.acting, Address.None)
    poke(thread + Thread.sleptOn, Address.None)
    poke(thread + Thread.work, Address.None)
    poke(thread + Thread.working, Address.None)
    poke(thread + Thread.deferring, 0)
    poke(thread + Thread.heldCount, 0)
    poke(thread + Thread.ticketLo, 0)
    poke(thread + Thread.ticketHi, 0)
    poke(thread + Thread.acquired, 0)
    poke(thread + Thread.impatient, 0)
    poke(thread + Thread.heldKept, 0)
    poke(thread + Thread.asking, 0)
    poke(thread + Thread.keptLocks, Address.None)
    raiseUsed(i + 1)
    // ORDER: publish the new tenant: a token of an earlier one no longer matches.
    add(thread + Thread.generation, 1)
    return thread
  }
  return Address.None
}

/** Keeps `threadsUsed` at least this high. */
function raiseUsed(count: i32): void {
  // ORDER: publish the bound before our first read section, so that no scan passes us by. Pairs with `laggard` of `epoch.ts`.
  let used = load(Header.threadsUsed)
  while (used < count) {
    const found = compareExchange(Header.threadsUsed, used, count)
    if (found == used) return
    used = found
  }
}

/** Leaves: returns what this thread kept for itself. It must be outside read sections, hold no lock and have emptied its mailbox. */
export function detach(thread: i32): void {
  flushCaches(thread, thread)
  release(thread)
}

/** Frees the record for the next thread. */
export function release(thread: i32): void {
  // ORDER: publish "outside any section" before "free".
  store(thread + Thread.epoch, 0)
  store(thread + Thread.state, ThreadState.Free)
}

/** Claims the record of a thread that has died: 1 for the one who is to clear up, else 0. */
export function beginReclaim(dead: i32): i32 {
  // ORDER: claim: one thread clears up (T2); the others leave it alone.
  return compareExchange(dead + Thread.state, ThreadState.Attached, ThreadState.Reclaiming) == ThreadState.Attached
    ? 1
    : 0
}
