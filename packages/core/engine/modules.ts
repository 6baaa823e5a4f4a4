/**
 * Modules in shared memory: live, going, gone.
 *
 * A reference says "code of this module may run on my behalf": timelines are opened, fences created and signaled by
 * somebody who holds one. A fence in itself holds none: that is what the series is about. (Exception: where
 * fences pin (`Lifetime.Pins`), one that keeps its ops for life keeps its module.
 * KERNEL: there such an unload is simply not handled.)
 *
 * `Module.references` is one word, with these values:
 *   0 and above           live, with so many references
 *   a thread's token      live until now: that thread counts its pending fences, to unload it if there are none
 *   token | ENDING        the same, and that thread runs what the module does at its end, which may last
 *   GOING                 never live again; a grace period must pass, from `Module.goingSince` on
 *   token | DISCARDING    that thread is giving back what the module brought along
 *   GONE                  nothing is left but the record, for those who look at it in a read section
 *
 * DEATH: that word is the commit. Who dies counting, or at its end, leaves the module live; a module that is GOING needs nobody: any
 * thread discards it (`discardDue`); who dies discarding is taken over, for each part is taken away before it is given back.
 */
import { assertSteps } from "./bound"
import { takeContextLocked } from "./contexts"
import { hasTimeline } from "./membership"
import * as host from "./host"
import { borrowLock, countSlabs } from "./issuer/kinds"
import { dropLockRef } from "./issuer/shared-lock"
import { Patience } from "./layout/answer"
import { Fence, Flag } from "./layout/fence"
import { Header, Lifetime } from "./layout/header"
import { Lock, Module, ModuleState, Op, Text, Timeline, TimelineTrait } from "./layout/module"
import { Event, Oops } from "./layout/oops"
import { Owner } from "./layout/owner"
import { Address, Kind, Poison, Record, Size } from "./layout/record"
import { Thread } from "./layout/thread"
import { lives } from "./lifetime"
import { lockSoon } from "./locks/impatient"
import { lock, unlock } from "./locks/lock"
import { noteGiven } from "./locks/order"
import { destroy } from "./locks/strategy"
import { give, nextInUse, take } from "./pool"
import { readLock, readUnlock, synchronize } from "./rcu/epoch"
import { retire } from "./rcu/retire"
import { dropRefFrom } from "./refcount"
import { tagged, untagged } from "./tag"
import { trace } from "./trace"
import { compareExchange, load, peek, poke, store } from "./words"

/** In `Module.references`, with a token. */
const DISCARDING: i32 = Owner.Parked
const ENDING: i32 = Owner.Context

/** Loading and looking up modules by name is done under this lock. */
export function lockModules(thread: i32): void {
  lock(thread, Header.modulesLock)
}
export function unlockModules(thread: i32): void {
  unlock(thread, Header.modulesLock)
}

/** Makes a module with an empty name and text; the host writes the names, then calls `publishModule`. NONE if the heap is full. */
export function createModule(thread: i32, opsMask: i32): i32 {
  const module = take(thread, Kind.Module)
  if (module == Address.None) return Address.None
  const text = take(thread, Kind.Text)
  if (text == Address.None) {
    give(thread, Kind.Module, module)
    return Address.None
  }
  const loadId = peek(Header.nextLoad)
  poke(Header.nextLoad, loadId + 1)
  poke(text + Text.module, tagged(module))
  poke(text + Text.loadId, loadId)
  poke(text + Text.opsMask, opsMask)
  poke(module + Module.text, tagged(text))
  poke(module + Module.loadId, loadId)
  poke(module + Module.timelines, Address.None)
  poke(module + Module.references, ModuleState.Gone)
  return module
}

/** From here on the module can be used. */
export function publishModule(thread: i32, module: i32): void {
  // ORDER: publish the module's text and names. Pairs with `tryAddModuleRef`.
  store(module + Module.references, 0)
  trace(thread, Event.Loaded, peek(module + Module.loadId), peek(module + Module.text))
}

/** Adds a reference if the module is live: 1, or 0 when it is going or gone. */
export function tryAddModuleRef(module: i32, generation: i32): i32 {
  // ORDER: observe: a record in another life is another module.
  if (load(module + Record.generation) != generation) return 0
  // ORDER: claim: a reference can only be added to a count, never to GOING (M1). Pairs with `beginCheck`:
  //  - we come first: its compareExchange does not find 0, and it refuses;
  //  - it comes first: we find its token, or GOING.
  // ORDER: observe what was loaded. Pairs with `publishModule`.
  let seen = load(module + Module.references)
  while (seen >= 0) {
    const found = compareExchange(module + Module.references, seen, seen + 1)
    if (found == seen) return isInLife(module, generation) ? 1 : 0
    seen = found
  }
  return 0
}

/** With a reference: whether it is on the module that was meant. If not, it goes back. */
function isInLife(module: i32, generation: i32): bool {
  // ORDER: check: the record may have gone and been taken anew before we had the reference; now it stays (as in `open` of `fence/references.ts`).
  const ours = load(module + Record.generation) == generation
  if (!ours) dropModuleRef(module)
  return ours
}

/** Gives a reference back. If there is none it is an oops, and the word stays as it is: it may say GOING. */
export function dropModuleRef(module: i32): void {
  // ORDER: publish "I no longer run its code". Pairs with `beginCheck`.
  let seen = load(module + Module.references)
  while (seen > 0) {
    const found = compareExchange(module + Module.references, seen, seen - 1)
    if (found == seen) return
    seen = found
  }
  host.oops(Oops.ModuleUnderflow, module, seen, 0)
}

/** A count of references, or a `ModuleState`. May be late. */
export function moduleReferences(module: i32): i32 {
  // ORDER: observe: for telling only.
  return stateIn(load(module + Module.references))
}

/** What the word says, without who it is that does it. */
function stateIn(references: i32): i32 {
  if (references >= ModuleState.Gone) return references
  if (references & DISCARDING) return ModuleState.Going
  return references & ENDING ? ModuleState.Ending : ModuleState.Checked
}

/**
 * Makes a timeline, open once; the caller holds a module reference and the modules' lock, and writes the name before it lets
 * go of either. Its fences have inline locks (`externalLock` 0), or share one: their timeline's own (1), or that of a token, which
 * other timelines have. `traits`: `TimelineTrait`s. NONE when the heap is full.
 */
export function createTimelineLocked(thread: i32, module: i32, externalLock: i32, traits: i32): i32 {
  const borrows = externalLock > 1
  if (borrows) borrowLock(thread, externalLock)
  const timeline = take(thread, Kind.Timeline)
  const own = timeline != Address.None && externalLock == 1 ? take(thread, Kind.Lock) : Address.None
  if (timeline == Address.None || (own == Address.None && externalLock == 1)) {
    if (timeline != Address.None) give(thread, Kind.Timeline, timeline)
    if (borrows) dropLockRef(thread, externalLock)
    return Address.None
  }
  let sharedLock: i32 = borrows ? externalLock : Address.None
  if (own != Address.None) {
    poke(own + Lock.word, 0)
    poke(own + Lock.refs, 1)
    sharedLock = tagged(own)
  }
  const text = peek(module + Module.text)
  poke(timeline + Timeline.text, text)
  poke(timeline + Timeline.module, module)
  poke(timeline + Timeline.lock, sharedLock)
  poke(timeline + Timeline.seqno, 0)
  poke(timeline + Timeline.seqnoHi, 0)
  poke(timeline + Timeline.users, 1)
  poke(timeline + Timeline.fences, 0)
  poke(timeline + Timeline.slab, traits & TimelineTrait.Slab)
  poke(timeline + Timeline.fenceFlags, flagsFor(peek(untagged(text) + Text.opsMask), externalLock, traits))
  poke(timeline + Timeline.next, peek(module + Module.timelines))
  poke(module + Module.timelines, timeline)
  takeContextLocked(timeline + Timeline.contextLo, timeline + Timeline.contextHi)
  return timeline
}

/** What a fence of whoever lives in this text starts with, with its own lock. */
export function flagsOfText(text: i32): i32 {
  return flagsFor(peek(untagged(text) + Text.opsMask), 0, 0)
}

/** What a fence of such an issuer starts with. */
function flagsFor(opsMask: i32, externalLock: i32, traits: i32): i32 {
  let flags: i32 = Flag.Initialized
  if (!externalLock) flags |= Flag.InlineLock
  if (traits & TimelineTrait.Seqno64) flags |= Flag.Seqno64
  if (opsMask & (1 << Op.PollSignaled)) flags |= Flag.Polls
  // The plan to ask without the lock had no `wait`, and no `free` after the signal: there these bind nothing, and are not called.
  const isUsed = !lives(Lifetime.Unlocked) && (opsMask & ((1 << Op.Wait) | (1 << Op.Free))) != 0
  if (!lives(Lifetime.Detaches) || isUsed) flags |= Flag.KeepsOps
  return flags
}

/** Of an issuer's fences, how many are not signaled yet: it must signal all before it goes. */
export function countPending(module: i32): i32 {
  const text = peek(module + Module.text)
  let pending = 0
  for (let fence = nextInUse(Kind.Fence, Address.None); fence != Address.None; fence = nextInUse(Kind.Fence, fence)) {
    // ORDER: observe: a fence of a module without references can be signaled, but not created.
    if (load(fence + Fence.ops) != text) continue
    // ORDER: observe: one that nobody holds any more waits for a grace period only, and so will the text.
    if (lives(Lifetime.Grace) && load(fence + Fence.refs) == 0) continue
    // It may be another's whose module went without it: the tag of a text repeats as well. (A scheduler has completed all of its own.)
    if ((load(fence + Fence.flags) & Flag.Signaled) == 0 && hasTimeline(fence)) pending++
  }
  return pending
}

/**
 * Takes a module away. 0 when it has gone; the number of references or pending fences that keep it (as a positive
 * number), or a negative `ModuleState` when somebody else is unloading it.
 *
 * With `Lifetime.Grace` its text goes after a grace period, when whoever was reading it has stopped. Else at once, as before
 * the series: then fences that are still held, and have not been detached, point into what is no longer there.
 */
export function unload(thread: i32, module: i32, generation: i32): i32 {
  if (lives(Lifetime.Grace) && peek(thread + Thread.nesting) != 0)
    host.oops(Oops.SynchronizeInsideSection, thread, module, 0)
  let found = beginCheck(thread, module, generation)
  if (found != 0) return stateIn(found)
  found = goOnUnloading(thread, module, 0, Patience.Patient)
  if (found != 0 || !lives(Lifetime.Grace)) return found
  synchronize(thread)
  // Somebody else may have begun to discard it, and be in the middle of it: in a read section.
  while (!discardDue(thread, Patience.Patient)) synchronize(thread)
  return 0
}

/**
 * The first half, for who does not wait: 0 when the module has been claimed, and nobody else comes in. What it does at its end
 * (`teardown`) is done now; then the caller goes on (`goOnUnloading`), or lets it live (`cancelUnload`). If it dies the module is live
 * as before.
 */
export function claimUnload(thread: i32, module: i32, generation: i32): i32 {
  const found = beginCheck(thread, module, generation)
  if (found != 0) return stateIn(found)
  // ORDER: publish "this may last": whoever wants it need not wait. Ours since `beginCheck`.
  store(module + Module.references, peek(thread + Thread.id) | ENDING)
  return 0
}

/** Gives it up: the module is live again, and nobody was let in meanwhile. If the caller was thrown out, that has been done for it. */
export function cancelUnload(thread: i32, module: i32): void {
  // ORDER: claim: what is ours is not ours any more.
  const mine = peek(thread + Thread.id)
  compareExchange(module + Module.references, mine | ENDING, 0)
}

/**
 * The second half: with 0 the module is GOING, and goes by itself when a grace period has passed (`discardDue`). With `evenIfPending`
 * pending fences keep nothing: only where nobody waits for a grace period.
 */
export function goOnUnloading(thread: i32, module: i32, evenIfPending: i32, patience: Patience): i32 {
  const pending = evenIfPending ? 0 : countPending(module)
  if (pending > 0) {
    // ORDER: publish "live again"; nobody was let in meanwhile.
    store(module + Module.references, 0)
    return PENDING | pending
  }
  readLock(thread)
  const slabs = countSlabs(module)
  readUnlock(thread)
  trace(thread, Event.Going, peek(module + Module.loadId), peek(module + Module.text))
  // ORDER: observe: read after its last fence was detached, so that the grace period is long enough (R1).
  poke(module + Module.goingSince, load(Header.epoch))
  // ORDER: publish "going", and since when: it will not be live again, and another may be loaded under its name.
  // Pairs with `discardDue`.
  const waits = lives(Lifetime.Grace)
  store(module + Module.references, waits ? ModuleState.Going : peek(thread + Thread.id) | DISCARDING)
  if (!waits) discard(thread, module, patience)
  // Only now: an oops throws, and the module goes all the same.
  if (slabs > 0) host.oops(Oops.SlabNotEmpty, module, slabs, 0)
  return 0
}

/** Begins to count, if the module is live and without references; returns what was found instead: 0, a count, or a state. */
function beginCheck(thread: i32, module: i32, generation: i32): i32 {
  let found: i32 = ModuleState.Gone
  readLock(thread)
  // ORDER: observe: in a section a record that is still in this life stays in it.
  // ORDER: claim: one thread unloads, and only a module nobody uses (M1). Pairs with `tryAddModuleRef` and `dropModuleRef`.
  if (load(module + Record.generation) == generation)
    found = compareExchange(module + Module.references, 0, peek(thread + Thread.id))
  readUnlock(thread)
  return found
}

/** Set in `unload`'s answer when it is pending fences that keep the module. */
export const PENDING: i32 = 0x40000000

/**
 * Discards every module whose grace period has passed. False if another thread is discarding one: in a read section. Who is impatient
 * leaves those for which a lock is busy to whoever comes next.
 */
export function discardDue(thread: i32, patience: Patience): bool {
  let alone = true
  readLock(thread)
  for (
    let module = nextInUse(Kind.Module, Address.None);
    module != Address.None;
    module = nextInUse(Kind.Module, module)
  ) {
    // ORDER: observe since when. Pairs with `goOnUnloading`.
    const seen = load(module + Module.references)
    if (seen < ModuleState.Gone && (seen & DISCARDING) != 0) alone = false
    if (seen != ModuleState.Going || !isPast(module)) continue
    // ORDER: claim: one thread discards it.
    const mine = peek(thread + Thread.id) | DISCARDING
    if (compareExchange(module + Module.references, ModuleState.Going, mine) == ModuleState.Going)
      discard(thread, module, patience)
    else alone = false
  }
  readUnlock(thread)
  return alone
}

/** Whether a grace period has passed since the module was going. */
function isPast(module: i32): bool {
  // ORDER: observe: two advances since then are enough (R1).
  return ((load(Header.epoch) - peek(module + Module.goingSince)) | 0) >= 2
}

/** The modules that a dead thread was counting for are live as before. */
export function endChecks(token: i32): void {
  // ORDER: claim: its token is there until somebody who clears up takes it away.
  for (
    let module = nextInUse(Kind.Module, Address.None);
    module != Address.None;
    module = nextInUse(Kind.Module, module)
  )
    if (compareExchange(module + Module.references, token, 0) != token)
      compareExchange(module + Module.references, token | ENDING, 0)
}

/** Goes on with what a dead thread was discarding, in its name. */
export function finishDiscards(dead: i32, token: i32): void {
  // ORDER: observe: only the dead thread's own word is acted upon.
  for (
    let module = nextInUse(Kind.Module, Address.None);
    module != Address.None;
    module = nextInUse(Kind.Module, module)
  )
    if (load(module + Module.references) == (token | DISCARDING)) discard(dead, module, Patience.Impatient)
}

/**
 * Poisons and gives back all that a module brought along. Can be begun anew: what was given back is not there any more. So where the
 * modules' lock is busy, and may be a dead thread's, the module is GOING again, and the impatient caller does not wait.
 */
function discard(thread: i32, module: i32, patience: Patience): void {
  const pointer = peek(module + Module.text)
  if (pointer != Address.None) {
    if (lives(Lifetime.Grace)) trace(thread, Event.Synchronized, peek(module + Module.loadId), pointer)
    trace(thread, Event.Gone, peek(module + Module.loadId), pointer)
    poisonText(untagged(pointer), Size.Text)
    // First: the tag repeats, and who takes over from us late would give back another's.
    poke(module + Module.text, Address.None)
    give(thread, Kind.Text, untagged(pointer))
  }
  let steps = 0
  for (;;) {
    if (patience == Patience.Patient) lockModules(thread)
    else if (!lockSoon(thread, Header.modulesLock)) {
      // ORDER: publish what is left, for whoever discards it: `discardDue`. Since when it is going has not changed.
      store(module + Module.references, ModuleState.Going)
      return
    }
    if (!discardTimeline(thread, module)) break
    assertSteps(++steps, Kind.Timeline, module)
  }
  // ORDER: publish "gone" to those who still hold the record in a read section.
  store(module + Module.references, ModuleState.Gone)
  retire(thread, module)
}

/**
 * Takes the first of a module's timelines away; false when there is none. Gives back the lock under which that is done, as are the counts
 * of `fence/timelines.ts`.
 */
function discardTimeline(thread: i32, module: i32): bool {
  const timeline = peek(module + Module.timelines)
  let sharedLock: i32 = Address.None
  if (timeline != Address.None) {
    poke(module + Module.timelines, peek(timeline + Timeline.next))
    sharedLock = peek(timeline + Timeline.lock)
    poisonText(timeline, Size.Timeline)
    give(thread, Kind.Timeline, timeline)
  }
  unlockModules(thread)
  if (sharedLock != Address.None) discardLock(thread, sharedLock)
  return timeline != Address.None
}

function discardLock(thread: i32, sharedLock: i32): void {
  if (!lives(Lifetime.CountsLocks)) {
    // Another timeline may have it still.
    if (!dropRefFrom(untagged(sharedLock) + Lock.refs, untagged(sharedLock))) return
    const word = untagged(sharedLock) + Lock.word
    // Before the series the lock went under whoever was inside, and anything could follow. Here they come out first, so
    // that what breaks is an oops that can be told, and not the next tenant's lock, opened by our late holder.
    lock(thread, word)
    if (CHECKED) noteGiven(thread, word)
    destroy(thread, word)
    give(thread, Kind.Lock, untagged(sharedLock))
  } else dropLockRef(thread, sharedLock)
}

/** Overwrites what a module took away, in every flavour: a late reader sees that it is late. */
function poisonText(record: i32, size: i32): void {
  for (let at: i32 = Text.module; at < size; at += 4) poke(record + at, Poison.Word)
}

/** For a fence that keeps its ops: the caller holds a reference, so the module is live, or it is an oops. */
export function addModuleRef(module: i32): void {
  // ORDER: claim: one more user; the caller's own reference keeps `unload` away meanwhile.
  let seen = load(module + Module.references)
  while (seen > 0) {
    const found = compareExchange(module + Module.references, seen, seen + 1)
    if (found == seen) return
    seen = found
  }
  host.oops(Oops.ModuleUnderflow, module, seen, 0)
}
