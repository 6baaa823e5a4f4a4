/** What lies in a mailbox: callbacks on fences, on submissions and on grace periods, each of which goes back in its own way. */
import { giveWaiter } from "./composite/syncobj-waiters"
import { finishDelivery } from "./fence/callbacks"
import { Action, Callback } from "./layout/callback"
import { peek } from "./words"

/** An item of the mail has been dealt with: gives it back with all that it holds; returns the next. */
export function finishMail(thread: i32, node: i32): i32 {
  const next = peek(node + Callback.next)
  if (peek(node + Callback.code) == Action.DeliverWaiter) giveWaiter(thread, node)
  else finishDelivery(thread, node)
  return next
}
