/** A scheduler: made, and released. */
import { Header } from "../layout/header"
import { Flag } from "../layout/fence"
import { Module, Timeline } from "../layout/module"
import { ObjectType } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Scheduler } from "../layout/scheduler"
import { dropModuleRef, flagsOfText } from "../modules"
import { give, take } from "../pool"
import { retire } from "../rcu/retire"
import { tagged } from "../tag"
import { peek, poke } from "../words"
import { publishObject, takeObject } from "../composite/objects"

/** What fences of a scheduler that lives in no module start with. */
const INLINE: i32 = Flag.Initialized | Flag.InlineLock

/**
 * A scheduler with one reference; the host writes its name. NONE when the heap is full. With a module it lives in that: its
 * fences are the module's as an issuer's are, and it takes over a reference on the module. Else they are the engine's.
 */
export function createScheduler(
  thread: i32,
  creditLimit: i32,
  timeoutMs: i32,
  policy: i32,
  hangLimit: i32,
  keepsParent: i32,
  module: i32,
): i32 {
  const scheduler = takeObject(thread, ObjectType.Scheduler)
  if (scheduler == Address.None) return Address.None
  const timeline = take(thread, Kind.Timeline)
  if (timeline == Address.None) {
    give(thread, Kind.Object, scheduler)
    return Address.None
  }
  const text = module == Address.None ? tagged(Header.schedulerText) : peek(module + Module.text)
  poke(timeline + Timeline.text, text)
  poke(timeline + Timeline.module, module)
  poke(timeline + Timeline.lock, Address.None)
  poke(timeline + Timeline.fenceFlags, module == Address.None ? INLINE : flagsOfText(text))
  poke(scheduler + Scheduler.timeline, timeline)
  poke(scheduler + Scheduler.creditLimit, creditLimit)
  poke(scheduler + Scheduler.timeoutMs, timeoutMs)
  poke(scheduler + Scheduler.policy, policy)
  poke(scheduler + Scheduler.hangLimit, hangLimit)
  poke(scheduler + Scheduler.keepsParent, keepsParent)
  publishObject(scheduler)
  return scheduler
}

/** Nobody holds it, and so no job of its exists. Its name stays for who is reading it. */
export function releaseScheduler(thread: i32, scheduler: i32): void {
  const timeline = peek(scheduler + Scheduler.timeline)
  const module = peek(timeline + Timeline.module)
  retire(thread, timeline)
  if (module != Address.None) dropModuleRef(module)
}
