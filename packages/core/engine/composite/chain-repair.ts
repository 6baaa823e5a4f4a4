/**
 * Links that a dead thread was arming, or with which it was going on. Done before any of its locks is given back: what a link
 * listens to may be completed as soon as its lock is free, and others may have gone on with the link before we come.
 *
 * DEATH: `Callback.holder` says whether the link's callback has hung, though it may have run by now. Only while the dead thread
 * holds the lock of what it was hanging it on may it hang without that; then that fence's list says so.
 */
import { assertSteps } from "../bound"
import { Body } from "../layout/body"
import { Callback, Holder } from "../layout/callback"
import { Fence, Flag } from "../layout/fence"
import { Address, Kind } from "../layout/record"
import { Thread } from "../layout/thread"
import { recordOf } from "../deferral"
import { isCallbackOf } from "../fence/callbacks"
import { disableLocked } from "../fence/enable"
import { isLockDead, lockOf } from "../fence/lock"
import { dropRef } from "../fence/references"
import { ownerOf } from "../locks/strategy"
import { isFence, kindOf, nextInUse } from "../pool"
import { load, peek, poke } from "../words"
import { bodyOf, breakOffArming } from "./container"

/** Of a link that is armed, or is being armed, among its flags. */
const ARMED: i32 = Flag.Chain | Flag.Enabled

/** Of all links whose lock the dead thread with this token holds, and of the one in its hands. */
export function repairChains(dead: i32, token: i32): void {
  const node = recordOf(peek(dead + Thread.working))
  if (kindOf(node) == Kind.Body) noteHung(token, node)
  for (let fence = nextInUse(Kind.Fence, Address.None); fence != Address.None; fence = nextInUse(Kind.Fence, fence)) {
    // ORDER: observe: the bits change only under the lock, if the dead thread holds it.
    const isArmed = (load(fence + Fence.flags) & (ARMED | Flag.Signaled)) == ARMED
    if (isArmed && ownerOf(fence + Fence.lock) == token) repairChain(dead, token, fence)
  }
}

/** It listens, or the next asker begins anew; who asks is to ask the issuer in any case. */
function repairChain(dead: i32, token: i32, chain: i32): void {
  noteHung(token, bodyOf(chain) + Body.node)
  if (breakOffArming(chain)) dropRef(dead, chain)
  disableLocked(chain)
}

/** Says that a callback hangs which the dead thread has just hung, if it holds the lock of that still. */
function noteHung(token: i32, node: i32): void {
  const fence = peek(node + Callback.fence)
  if (!isFence(fence) || isLockDead(fence)) return
  // ORDER: observe: SIGNALED says whether the words of the union are a list or a timestamp.
  if (ownerOf(lockOf(fence)) != token || (load(fence + Fence.flags) & Flag.Signaled) != 0) return
  let steps = 0
  for (let at = peek(fence + Fence.first); at != node; at = peek(at + Callback.next)) {
    assertSteps(++steps, Kind.Callback, fence)
    // The dead thread may have been completing the fence: then these words are no list any more.
    if (!isCallbackOf(fence, at)) return
  }
  poke(node + Callback.holder, Holder.Signaler)
}
