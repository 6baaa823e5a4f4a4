/** The chains of what a thread has retired: one for each of the last four epochs. What they are for is told in `rcu/retire.ts`. */
import { Header } from "./layout/header"
import { Address, Record } from "./layout/record"
import { Thread } from "./layout/thread"
import { compareExchange, load, poke } from "./words"

export const CHAINS: i32 = 4
const MOST_TRIES: i32 = 1000

export function chainOf(thread: i32, epoch: i32): i32 {
  return thread + Thread.retiredHeads + ((epoch & (CHAINS - 1)) << 2)
}

/** Hangs a record on the chain of the present epoch. */
export function hangOnChain(thread: i32, record: i32): void {
  for (let tries = 0; ; tries++) {
    // ORDER: observe: the epoch is read after the caller unlinked the record, so it is not too old (R2).
    const chain = chainOf(thread, load(Header.epoch))
    // ORDER: publish the record on the chain. Pairs with `empty` of `rcu/retire.ts` and `giveAll` of `rcu/retire.ts`.
    //  - our push comes first: the emptier takes it along;
    //  - the emptier comes first: we find NONE, or its token, and go to the chain of the present epoch.
    const head = load(chain)
    // A token that stays on the chain of the present epoch is nobody's: the heap is damaged, and this word with it.
    if (head < 0 && tries < MOST_TRIES) continue
    poke(record + Record.link, head < 0 ? Address.None : head)
    if (compareExchange(chain, head, record) == head) return
  }
}
