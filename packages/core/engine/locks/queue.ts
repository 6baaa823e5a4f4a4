/** Queues of waiters: whoever is in one depends on all who are before it, and on each of them being alive. */
import * as host from "../host"
import { Header } from "../layout/header"
import { Oops } from "../layout/oops"
import { Nobody, Owner } from "../layout/owner"
import { Size } from "../layout/record"
import { Thread } from "../layout/thread"
import { load, peek } from "../words"
import { isSeated } from "./owner"

/** After so many looks a thread that clears up after a dead one says what it waits for, instead of waiting on. */
const MOST_LOOKS: i32 = 20

/**
 * We have waited long: an oops if somebody who is dead has to do with this lock. Nobody takes such a lock over
 * (`held.ts`), so it will never be ours.
 */
export function assertQueueMoves(thread: i32, word: i32, looks: i32): void {
  const base = peek(Header.threads)
  // ORDER: observe: who is dead and could not be cleared up after stays so; its words, too.
  const end = base + load(Header.threadsUsed) * Size.Thread
  for (let seat = base; seat < end; seat += Size.Thread) {
    if ((load(seat + Thread.state) & Owner.Seat) == Nobody.Left && mentions(seat, word))
      host.oops(Oops.OwnerDead, word, peek(seat + Thread.id) & Owner.Seat, 0)
  }
  const me = peek(thread + Thread.id)
  if (looks > MOST_LOOKS && !isSeated(me)) host.oops(Oops.ReclaimHeldUp, word, 0, me & Owner.Seat)
}

function mentions(seat: i32, word: i32): bool {
  for (let at = seat + Thread.locks; at < seat + Thread.locksEnd; at += 4) if (peek(at) == word) return true
  return false
}
