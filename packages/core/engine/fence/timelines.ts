/**
 * Timelines of modules that come back while the module stays: a record goes when nobody has the timeline open, and none of
 * its fences leads to it any more.
 *
 * Fences do not count on their timeline while it is open: making and signaling them would cost more. Whoever closes it last
 * looks for those that are left, and marks them (`Flag.OfClosed`); each that is marked is counted, and takes itself off the
 * count when it is released. Only those that have their issuer still: a fence that is complete and detached needs no
 * timeline. Afterwards no fence of it is made. Opened again before the last has gone, it is the same timeline.
 *
 * Counts, and being on the module's list, are guarded by the modules' lock.
 */
import { assertSteps } from "../bound"
import { Fence, Flag } from "../layout/fence"
import { Header, Pool } from "../layout/header"
import { Module, Timeline } from "../layout/module"
import { Address, Kind, Size } from "../layout/record"
import { dropLockRef } from "../issuer/shared-lock"
import { hasTimeline, isOn } from "../membership"
import { lockInTime } from "../locks/impatient"
import { tryLock } from "../locks/lock"
import { lockModules, unlockModules } from "../modules"
import { poolOf } from "../pool"
import { readLock, readUnlock } from "../rcu/epoch"
import { retire } from "../rcu/retire"
import { tryAddRefTo } from "../refcount"
import { untagged } from "../tag"
import { load, or, peek, poke, store } from "../words"
import { dropRef } from "./references"

/** One more has the timeline open. Under the modules' lock, as finding it is. */
export function openTimelineLocked(timeline: i32): void {
  poke(timeline + Timeline.users, peek(timeline + Timeline.users) + 1)
}

/** One of those who have it open closes it. */
export function closeModuleTimeline(thread: i32, timeline: i32): void {
  lockModules(thread)
  const users = peek(timeline + Timeline.users) - 1
  poke(timeline + Timeline.users, users)
  if (users == 0) markFences(thread, timeline)
  endUse(thread, timeline)
}

/** Gives the lock back, and the timeline if that was the last that needed it. */
function endUse(thread: i32, timeline: i32): void {
  const gone = isUnused(timeline) && unlinkLocked(timeline)
  unlockModules(thread)
  if (gone) giveBack(thread, timeline)
}

/**
 * A marked fence is released. Its module, and the timeline with it, may have gone: then there is nothing to count. False if the lock is
 * busy: as `leaveFence` of `release.ts`. At first it waits for who may live: a thread that sleeps would come back to it late. The mark goes
 * first, so that it is counted once, whoever goes on.
 */
export function leaveClosedTimeline(thread: i32, fence: i32, isRetry: bool): bool {
  const flags = peek(fence + Fence.flags)
  if ((flags & Flag.OfClosed) == 0) return true
  if (isRetry ? !tryLock(thread, Header.modulesLock) : !lockInTime(thread, Header.modulesLock)) return false
  const timeline = untagged(peek(fence + Fence.timeline))
  poke(fence + Fence.flags, flags & ~Flag.OfClosed)
  if (hasTimeline(fence)) {
    poke(timeline + Timeline.fences, peek(timeline + Timeline.fences) - 1)
    endUse(thread, timeline)
  } else unlockModules(thread)
  return true
}

/** One with a slab is of use to the end. */
function isUnused(timeline: i32): bool {
  if (peek(timeline + Timeline.slab)) return false
  return peek(timeline + Timeline.users) == 0 && peek(timeline + Timeline.fences) == 0
}

/** Marks and counts the fences of a timeline that still lead to their issuer. Nobody makes more. */
function markFences(thread: i32, timeline: i32): void {
  const pool = poolOf(Kind.Fence)
  for (let fence = peek(pool + Pool.base); fence < peek(pool + Pool.end); fence += Size.Fence) {
    // One whose last reference has gone is left alone: it has read its flags.
    if (!tryAddRefOn(thread, fence, timeline)) continue
    // ORDER: observe: NONE once it is complete and detached.
    const leads = load(fence + Fence.ops) != Address.None
    // ORDER: claim: each is counted once. Whoever releases it comes after us, for we hold a reference, and finds the mark.
    if (leads && (or(fence + Fence.flags, Flag.OfClosed) & Flag.OfClosed) == 0)
      poke(timeline + Timeline.fences, peek(timeline + Timeline.fences) + 1)
    dropRef(thread, fence)
  }
}

/** Adds a reference if an issuer made this fence on this timeline, which is live, and it is not on its way out. */
export function tryAddRefOn(thread: i32, fence: i32, timeline: i32): bool {
  // PLAIN: a hint; the record may have begun another life, and `initialize` of `create.ts` gives it its reference last.
  if (!isOn(fence, timeline)) return false
  readLock(thread)
  const held = tryAddRefTo(fence + Fence.refs) != 0
  readUnlock(thread)
  // With a reference it stays in the life in which it is.
  if (!held || isOn(fence, timeline)) return held
  dropRef(thread, fence)
  return false
}

/** Takes a timeline off its module's list: true for the one who is to give it back. */
function unlinkLocked(timeline: i32): bool {
  let slot = peek(timeline + Timeline.module) + Module.timelines
  let steps = 0
  while (peek(slot) != timeline) {
    assertSteps(++steps, Kind.Timeline, slot)
    // Whoever unloads the module has taken them all.
    if (peek(slot) == Address.None) return false
    slot = peek(slot) + Timeline.next
  }
  // ORDER: publish the chain without it: whoever unloads the module may be walking it. Pairs with `countSlabs` of `slab.ts`.
  store(slot, peek(timeline + Timeline.next))
  return true
}

/** Gives the record back when nobody reads its name any more, and its hold on the lock that its fences share. */
function giveBack(thread: i32, timeline: i32): void {
  const sharedLock = peek(timeline + Timeline.lock)
  retire(thread, timeline)
  if (sharedLock != Address.None) dropLockRef(thread, sharedLock)
}
