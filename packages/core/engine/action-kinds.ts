/**
 * What callbacks do that are no user's: of arrays, chains, jobs, and modules' functions. A build with less has none of them, and there
 * `no-action-kinds.ts` stands in the place of this file (`scripts/families-seam.mjs`).
 */
import { putOff, putOffOwn } from "./deferral"
import { recordError } from "./first-error"
import { ArrayBody, Body } from "./layout/body"
import { Action, Callback } from "./layout/callback"
import { Fence } from "./layout/fence"
import { Thread } from "./layout/thread"
import { peek, poke, store, sub } from "./words"

/** Does what such a callback is for. */
export function actOfKind(thread: i32, node: i32, action: i32): void {
  if (action == Action.ArrayMember) countMember(thread, node)
  else if (action == Action.ChainLink || action == Action.JobDone) putOffOwn(thread, node)
  else if (action == Action.ModuleFunction) {
    // ORDER: publish, for who empties chains is in a section. Pairs with `isCalling` of `functions.ts`.
    store(thread + Thread.calls, peek(thread + Thread.calls) + 1)
    putOff(thread, node)
  } else if (action == Action.DependencyDone || action == Action.DependencySeen) {
    poke(node + Callback.code, Action.DependencySeen)
    putOffOwn(thread, node)
  }
}

/**
 * A member of an array is complete. We hold that member's lock, and whoever arms an array takes its lock first and the
 * members' after: so the array is not signaled here but by `settle`, when no lock is held (B9).
 */
function countMember(thread: i32, node: i32): void {
  const array = peek(node + Callback.argument)
  recordError(array, peek(peek(node + Callback.fence) + Fence.error))
  // DEATH: from here on it cannot be told whether this one is off the count: see `recountArray` of `composite/array.ts`.
  poke(node + Callback.code, Action.Counted)
  const body = peek(array + Fence.user)
  // ORDER: claim: one member is the last (I13), and the one who counted it signals the array. The others must not touch
  // the array any more: it may be signaled and gone. With the guard nobody is the last. Pairs with `enableArray`,
  // `entrust`, `areAllCounted` and `recount` of `composite/array.ts`.
  const before = sub(body + ArrayBody.pending, 1)
  // One that is counted anew (`Members.Recount`) stays for good, and whoever counts one of its members looks at all of them.
  if (before <= 1) putOffOwn(thread, before < 0 ? node : body + Body.node)
}
