/** After an oops: the operation it broke off may have been in a read section. */
import { Thread } from "../layout/thread"
import { returnChains } from "../rcu/retire"
import { peek, poke, store } from "../words"

/** Ends all read sections of this thread. Locks it held stay held: what they guard cannot be trusted. */
export function recover(thread: i32): void {
  // It may have been in the middle of a chain of retired records: before its section ends, as after a death.
  returnChains(thread, peek(thread + Thread.id))
  poke(thread + Thread.clearing, 0)
  poke(thread + Thread.nesting, 0)
  poke(thread + Thread.deferring, 0)
  poke(thread + Thread.heldCount, 0)
  // ORDER: publish "outside any section", as in `readUnlock` of `rcu/epoch.ts`.
  store(thread + Thread.epoch, 0)
}
