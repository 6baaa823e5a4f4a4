/** After an oops: the operation it broke off may have been in a read section. */
import { Thread } from "../layout/thread"
import { poke, store } from "../words"

/** Ends all read sections of this thread. Locks it held stay held: what they guard cannot be trusted. */
export function recover(thread: i32): void {
  poke(thread + Thread.nesting, 0)
  poke(thread + Thread.deferring, 0)
  poke(thread + Thread.heldCount, 0)
  // ORDER: publish "outside any section", as in `readUnlock` of `rcu/epoch.ts`.
  store(thread + Thread.epoch, 0)
}
