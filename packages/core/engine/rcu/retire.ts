/**
 * Giving records back once nobody can be looking any more: `kfree_rcu` and `call_rcu`.
 *
 * Each thread hangs what it retires on one of four chains, by the epoch in which it does so. A chain may be emptied
 * by anyone (the thread may be idle, or dead) two epochs later. Four chains, not three: whoever empties has announced a
 * read section and then read the epoch, e. After that the epoch can rise to e + 1 (by somebody who scanned before the
 * announcement) and no further, so fresh records go to the chains of e - 1 (a slow pusher), e and e + 1; the chain of
 * e - 2 is none of them. (It must be the epoch as read after announcing, not the one announced: that one may be old.)
 */
import { act } from "../actions"
import { Callback } from "../layout/callback"
import { Header, Pool } from "../layout/header"
import { Address, Kind, Record, Size } from "../layout/record"
import { Thread } from "../layout/thread"
import { give, kindOf, poolOf } from "../pool"
import { compareExchange, exchange, load, peek, poke } from "../words"
import { awaitEpochs, readLock, readUnlock, synchronize, tryAdvance } from "./epoch"

const CHAINS: i32 = 4

function chainOf(thread: i32, epoch: i32): i32 {
  return thread + Thread.retiredHeads + ((epoch & (CHAINS - 1)) << 2)
}

/** Gives a record back after a grace period. It must be out of reach for anybody who is not already looking. */
export function retire(thread: i32, record: i32): void {
  // ORDER: observe: the epoch is read after the caller unlinked the record, so it is not too old (R2).
  const chain = chainOf(thread, load(Header.epoch))
  // ORDER: publish the record on the chain. Pairs with `empty`.
  //  - our push comes first: the emptier takes it along;
  //  - the emptier comes first: we find NONE, and push onto that.
  let head = load(chain)
  while (true) {
    poke(record + Record.link, head)
    const found = compareExchange(chain, head, record)
    if (found == head) break
    head = found
  }
  const retired = peek(thread + Thread.retired) + 1
  if (retired < peek(poolOf(Kind.Fence) + Pool.batch) && !CHECKED) {
    poke(thread + Thread.retired, retired)
  } else {
    poke(thread + Thread.retired, 0)
    collect(thread)
  }
}

/** Moves the epoch on if it can, and gives back what this thread retired two epochs ago. */
export function collect(thread: i32): void {
  tryAdvance()
  readLock(thread)
  // ORDER: check: read after `readLock` announced us, so that it stays within one of what it is now (R2).
  empty(thread, thread, load(Header.epoch))
  readUnlock(thread)
}

/** The same for what every thread retired. */
export function collectAll(thread: i32): void {
  tryAdvance()
  readLock(thread)
  emptyAll(thread)
  readUnlock(thread)
}

/** Empties the chains that are two epochs old; returns the epoch. `thread` is in a read section. */
function emptyAll(thread: i32): i32 {
  // ORDER: check: as in `collect`.
  const epoch = load(Header.epoch)
  const base = peek(Header.threads)
  // ORDER: observe: threads that join later retire later.
  const used = load(Header.threadsUsed)
  for (let i = 0; i < used; i++) empty(thread, base + i * Size.Thread, epoch)
  return epoch
}

/** Empties the chain of `owner` that is two epochs older than this. `thread` is in a read section. */
function empty(thread: i32, owner: i32, epoch: i32): void {
  const chain = chainOf(owner, (epoch - 2) | 0)
  // ORDER: observe: a cheap look first, so that an empty chain costs no write.
  if (load(chain) == Address.None) return
  // ORDER: claim: whoever exchanges gets the whole chain (R2). Pairs with `retire`.
  let record = exchange(chain, Address.None)
  while (record != Address.None) {
    const next = peek(record + Record.link)
    finish(thread, record)
    record = next
  }
}

/** A grace period has passed: a deferred callback acts, any other record goes back to its pool. */
function finish(thread: i32, record: i32): void {
  const kind = kindOf(record)
  if (kind == Kind.Callback && peek(record + Callback.code) != 0) {
    if (act(thread, record)) return
  }
  give(thread, kind, record)
}

/**
 * Waits until everything that any thread had retired or deferred before the call has been dealt with. Blocks.
 * (`rcu_barrier`; functions deferred in other threads have then been delivered, not necessarily called.)
 */
export function barrier(thread: i32): void {
  synchronize(thread)
  // From here on what was retired before is two epochs old, whichever chain it hangs on: visit each of the four.
  let visited = 0
  while (true) {
    readLock(thread)
    visited |= 1 << ((emptyAll(thread) - 2) & (CHAINS - 1))
    readUnlock(thread)
    if (visited == (1 << CHAINS) - 1) break
    awaitEpochs(thread, 1)
  }
  // Somebody else may have taken a chain just before we looked at it, and be in the middle of it: in a read section.
  synchronize(thread)
}

/** Runs a callback's action after a grace period; an engine callback is then given back by itself. */
export function defer(thread: i32, node: i32): void {
  poke(node + Callback.fence, Address.None)
  retire(thread, node)
}
