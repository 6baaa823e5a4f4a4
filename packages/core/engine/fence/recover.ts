/** After an oops: the operation it broke off may have been in a read section. */
import { KEPT } from "../deferral"
import { Thread } from "../layout/thread"
import { peek, poke, store } from "../words"

/** Ends all read sections of this thread. Locks it held stay held: what they guard cannot be trusted. */
export function recover(thread: i32): void {
  poke(thread + Thread.nesting, 0)
  // What the caller holds back goes on.
  poke(thread + Thread.deferring, peek(thread + Thread.deferring) & ~(KEPT - 1))
  poke(thread + Thread.heldCount, 0)
  // ORDER: publish "outside any section", as in `readUnlock` of `rcu/epoch.ts`.
  store(thread + Thread.epoch, 0)
}
