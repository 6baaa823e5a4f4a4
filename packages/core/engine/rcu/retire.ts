/**
 * Giving records back once nobody can be looking any more: `kfree_rcu` and `call_rcu`.
 *
 * Each thread hangs what it retires on one of four chains, by the epoch in which it does so. A chain may be emptied
 * by anyone (the thread may be idle, or dead) two epochs later. Four chains, not three: whoever empties has announced a
 * read section and then read the epoch, e. After that the epoch can rise to e + 1 (by somebody who scanned before the
 * announcement) and no further, so fresh records go to the chains of e - 1 (a slow pusher), e and e + 1; the chain of
 * e - 2 is none of them. (It must be the epoch as read after announcing, not the one announced: that one may be old.)
 *
 * A chain's word is NONE, its newest record, or the token of the thread that is emptying it.
 * DEATH: that token is the commit. The rest of the chain is then in the emptier's seat (`Thread.emptying`), and
 * `returnChains` puts it back; the one record that the dead emptier had in its hands is lost. Its read section must last
 * until then: while it does no record is pushed onto this chain.
 */
import { assertStepsOfAny, breakOff, seatsAmong } from "../bound"
import { act } from "../actions"
import { Callback } from "../layout/callback"
import { Fence } from "../layout/fence"
import { Header, Pool } from "../layout/header"
import { Address, Kind, Record, Size } from "../layout/record"
import { Thread } from "../layout/thread"
import { give, giveLater, kindOf, poolOf } from "../pool"
import { add, compareExchange, load, peek, poke, store } from "../words"
import { CHAINS, chainOf, hangOnChain } from "../chains"
import { awaitEpochs, readLock, readUnlock, synchronize } from "./epoch"
import { tryAdvance } from "./strategy"

/** Gives a record back after a grace period. It must be out of reach for anybody who is not already looking. */
export function retire(thread: i32, record: i32): void {
  hangOnChain(thread, record)
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
  visitChain(thread)
}

/** Empties one chain of every thread, those that are two epochs old; returns which of the four, as a bit. */
export function visitChain(thread: i32): i32 {
  readLock(thread)
  // ORDER: check: as in `collect`.
  const epoch = load(Header.epoch)
  const base = peek(Header.threads)
  // ORDER: observe: threads that join later retire later.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++) empty(thread, base + i * Size.Thread, epoch)
  readUnlock(thread)
  return 1 << ((epoch - 2) & (CHAINS - 1))
}

/** Empties the chain of `owner` that is two epochs older than this. `thread` is in a read section. */
function empty(thread: i32, owner: i32, epoch: i32): void {
  const chain = chainOf(owner, (epoch - 2) | 0)
  // ORDER: observe: a cheap look first, so that a chain that is empty, or being emptied, costs no write.
  let head = load(chain)
  while (head > 0) {
    poke(thread + Thread.emptying, head)
    // ORDER: claim: whose token is there has the whole chain (R2). Pairs with `hangOnChain` of `chains.ts`.
    const found = compareExchange(chain, head, peek(thread + Thread.id))
    if (found == head) {
      giveAll(thread, chain, head)
      return
    }
    head = found
  }
}

/** Gives back the records of a chain that this thread has claimed. */
function giveAll(thread: i32, chain: i32, first: i32): void {
  let record = first
  let mayGive = true
  let steps = 0
  while (record != Address.None) {
    assertStepsOfAny(++steps, chain)
    const next = peek(record + Record.link)
    poke(thread + Thread.emptying, next)
    mayGive = finish(thread, record, mayGive)
    record = next
  }
  // ORDER: publish "empty". Pairs with `hangOnChain` of `chains.ts`: nobody pushes onto a token, so nothing is overwritten.
  store(chain, Address.None)
}

/** A grace period has passed: a deferred callback acts, any other record goes back to its pool: false if it could not, nor may the next. */
function finish(thread: i32, record: i32, mayGive: bool): bool {
  const kind = kindOf(record)
  if (kind == Kind.Count) breakOff(record)
  // Whoever looks for fences of a slab must not find one that somebody else has just taken, and not made yet. Poison does the same.
  if (!CHECKED && kind == Kind.Fence) poke(record + Fence.timeline, Address.None)
  if (kind == Kind.Callback && peek(record + Callback.code) != 0) {
    if (act(thread, record)) return mayGive
  }
  // A depot whose lock stays taken is tried once for a chain: each look takes its time.
  if (mayGive) return give(thread, kind, record)
  giveLater(thread, kind, record)
  return false
}

/** Puts back what is left of the chains that a dead thread, with this token, was emptying. Its read section lasts still. */
export function returnChains(dead: i32, token: i32): void {
  const base = peek(Header.threads)
  // ORDER: observe: only the dead thread wrote its token there.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++)
    for (let k = 0; k < CHAINS; k++) {
      const chain = chainOf(base + i * Size.Thread, k)
      if (load(chain) != token) continue
      // ORDER: publish: whoever empties next finds them, and a barrier that passed them by begins anew.
      // Pairs with `visitChains`.
      store(chain, peek(dead + Thread.emptying))
      add(Header.returnedChains, 1)
    }
}

/** Waits until all that any thread had retired or deferred before the call has been dealt with. Blocks. */
export function emptyChains(thread: i32): void {
  while (!visitChains(thread)) {}
}

/** True if no chain came back meanwhile from a thread that had died while it emptied it. */
function visitChains(thread: i32): bool {
  // ORDER: check: read before the chains are looked at. Pairs with `returnChains`:
  //  - a chain comes back before: we find it;
  //  - it comes back afterwards: the count differs, and we visit all once more.
  const returned = load(Header.returnedChains)
  synchronize(thread)
  // From here on what was retired before is two epochs old, whichever chain it hangs on: visit each of the four.
  let visited = 0
  while (true) {
    visited |= visitChain(thread)
    if (visited == (1 << CHAINS) - 1) break
    awaitEpochs(thread, 1)
  }
  // Somebody else may have taken a chain just before we looked at it, and be in the middle of it: in a read section.
  synchronize(thread)
  return load(Header.returnedChains) == returned
}

/** Runs a callback's action after a grace period; an engine callback is then given back by itself. */
export function defer(thread: i32, node: i32): void {
  poke(node + Callback.fence, Address.None)
  retire(thread, node)
}
