/**
 * Signaling sections: code that somebody who waits for a fence is waiting for. It must not wait for a fence itself, nor
 * take a lock that anybody holds while waiting for one (I15). `dma_fence_begin_signalling`. Checked flavour only.
 */
import * as host from "../host"
import { Header } from "../layout/header"
import { LockClass } from "../layout/lock-order"
import { Oops } from "../layout/oops"
import { peek } from "../words"
import { checkOrder, holds, pop, push } from "./order"

/** Enters a section; returns what `endSignaling` wants: 1 when the thread was in one already, and nothing is to be undone. */
export function beginSignaling(thread: i32): i32 {
  if (CHECKED) {
    if (peek(Header.lockOrder) == 0 || holds(thread, LockClass.Signaling)) return 1
    // Like a lock that is only tried: to begin a section waits for nobody.
    push(thread, LockClass.Signaling)
    return 0
  }
  return 1
}

export function endSignaling(thread: i32, cookie: i32): void {
  if (CHECKED) {
    if (cookie == 0) pop(thread, LockClass.Signaling)
  }
}

/** About to wait for a fence: as if one took what every signaling section holds. */
export function mightWait(thread: i32): void {
  if (CHECKED) {
    if (peek(Header.lockOrder) == 0) return
    if (holds(thread, LockClass.Signaling)) host.oops(Oops.WaitInSignaling, thread, 0, 0)
    checkOrder(thread, LockClass.Signaling)
  }
}
