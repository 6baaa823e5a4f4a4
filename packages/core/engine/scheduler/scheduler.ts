/** A scheduler: made, and released. */
import { Header } from "../layout/header"
import { Timeline } from "../layout/module"
import { ObjectType } from "../layout/object"
import { Address, Kind } from "../layout/record"
import { Scheduler } from "../layout/scheduler"
import { give, take } from "../pool"
import { retire } from "../rcu/retire"
import { tagged } from "../tag"
import { peek, poke } from "../words"
import { publishObject, takeObject } from "../composite/objects"

/** A scheduler with one reference; the host writes its name. NONE when the heap is full. */
export function createScheduler(thread: i32, creditLimit: i32, timeoutMs: i32, policy: i32, hangLimit: i32): i32 {
  const scheduler = takeObject(thread, ObjectType.Scheduler)
  if (scheduler == Address.None) return Address.None
  const timeline = take(thread, Kind.Timeline)
  if (timeline == Address.None) {
    give(thread, Kind.Object, scheduler)
    return Address.None
  }
  poke(timeline + Timeline.text, tagged(Header.schedulerText))
  poke(timeline + Timeline.module, Address.None)
  poke(timeline + Timeline.lock, Address.None)
  poke(scheduler + Scheduler.timeline, timeline)
  poke(scheduler + Scheduler.creditLimit, creditLimit)
  poke(scheduler + Scheduler.timeoutMs, timeoutMs)
  poke(scheduler + Scheduler.policy, policy)
  poke(scheduler + Scheduler.hangLimit, hangLimit)
  publishObject(scheduler)
  return scheduler
}

/** Nobody holds it, and so no job of its exists. Its name stays for who is reading it. */
export function releaseScheduler(thread: i32, scheduler: i32): void {
  retire(thread, peek(scheduler + Scheduler.timeline))
}
