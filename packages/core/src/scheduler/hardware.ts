/** What a scheduler asks of its hardware. */
import { Fence as FenceRecord, FinishedBody } from "../../built/layout.js"
import { callable } from "../entrance/functions.js"
import { optionsOf } from "../entrance/words.js"
import type { Fence } from "../fence/fence.js"
import type { HeapMemory } from "../memory/heap-memory.js"

/** A job in the hands of the hardware. */
export interface RunningJob {
  /** The word that was submitted with it. */
  readonly data: number
  /** Its finished fence; the scheduler's, for the length of the call. */
  readonly finished: Fence
}

/** What the hardware does. */
export interface Hardware {
  /**
   * Starts a job: its fence (which stays the caller's), or nothing when it is done already. What it throws, and a fence that is
   * none of this thread's, or the job's own, ends the job with EIO. Others wait for what it starts: it must not wait for a fence itself.
   */
  run(job: RunningJob): Fence | undefined
  /**
   * A job has had its time. `reset` ends it with ETIMEDOUT, `no-hang` gives it the same time again; `handled`: the hardware
   * was reset in here (`stop`, `blame`, `resubmit`, `start`), and what is left of the jobs goes on. Default `reset`.
   */
  onTimeout?(job: RunningJob): TimeoutAnswer
}

export const TIMEOUT_ANSWERS = ["reset", "no-hang", "handled"] as const
export type TimeoutAnswer = (typeof TIMEOUT_ANSWERS)[number]

/** @throws TypeError for what is no hardware */
export function checkHardware(hardware: Hardware): void {
  const { run, onTimeout } = optionsOf("a scheduler's hardware", hardware)
  callable("run", run)
  if (onTimeout !== undefined) callable("onTimeout", onTimeout)
}

/** A job by its finished fence. */
export function jobOf(heap: HeapMemory, finished: Fence): RunningJob {
  return { data: heap.word(heap.word(finished.address + FenceRecord.user) + FinishedBody.data), finished }
}
