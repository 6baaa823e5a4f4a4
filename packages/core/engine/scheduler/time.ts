/** When: since when a job is the oldest that the hardware has, and for how long it has had it. */
import * as host from "../host"
import { Address } from "../layout/record"
import { Job, Policy, Scheduler } from "../layout/scheduler"
import { Thread } from "../layout/thread"
import { peek, poke } from "../words"
import { isAbove } from "../wide"

/** `timeoutMs` of a scheduler whose jobs may take as long as they like. */
export const FOREVER: i32 = 0x7fffffff

/** The longest time that is told apart, in units of 1,024 ns: nine minutes. */
export const LONGEST: i32 = 0x1fffffff
const LONGEST_HI: i32 = 128

/** Writes the time into the thread's `now` words if this scheduler wants it. Not under its lock: the host is asked. */
export function noteTime(thread: i32, scheduler: i32): void {
  // PLAIN: neither changes.
  if (peek(scheduler + Scheduler.timeoutMs) != FOREVER || peek(scheduler + Scheduler.policy) == Policy.Fair)
    host.now(thread)
}

/** Under the scheduler's lock: if the oldest job has only now become that, its time counts from now. */
export function stampOldest(thread: i32, scheduler: i32): void {
  const job = peek(scheduler + Scheduler.firstRunning)
  if (job == Address.None || (peek(job + Job.sinceLo) | peek(job + Job.sinceHi)) != 0) return
  restamp(thread, job)
}

/** Under the scheduler's lock: a job has its whole time, from now. */
export function restamp(thread: i32, job: i32): void {
  poke(job + Job.sinceLo, peek(thread + Thread.nowLo))
  poke(job + Job.sinceHi, peek(thread + Thread.nowHi))
}

/** Under the scheduler's lock: the hardware has accepted a job. If it has nothing older, the job's time counts from here. */
export function stampBegun(thread: i32, scheduler: i32, job: i32): void {
  poke(job + Job.begunLo, peek(thread + Thread.nowLo))
  poke(job + Job.begunHi, peek(thread + Thread.nowHi))
  if (peek(scheduler + Scheduler.firstRunning) == job) restamp(thread, job)
}

/** For how long the hardware has had a job, in units of 1,024 ns, from 1 to LONGEST. */
export function timeOf(thread: i32, job: i32): i32 {
  const lo = peek(thread + Thread.nowLo)
  const begunLo = peek(job + Job.begunLo)
  const hi = (peek(thread + Thread.nowHi) - peek(job + Job.begunHi) - (isAbove(begunLo, lo) ? 1 : 0)) | 0
  // Clocks of two threads may differ a little.
  if (hi < 0) return 1
  if (hi >= LONGEST_HI) return LONGEST
  return ((hi << 22) | (((lo - begunLo) | 0) >>> 10)) + 1
}
