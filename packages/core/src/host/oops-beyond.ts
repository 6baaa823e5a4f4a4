/** Oopses that only checked builds find, or that only families can come to, in words (`src/entries/parts.ts`). */
import { Oops, Warning } from "../../built/layout.js"
import { OopsError } from "../errors.js"
import { type OopsTable, type WarningTable, hex } from "./oops.js"

export const OOPSES_BEYOND: OopsTable = {
  [Oops.ReferenceUnderflow]: [
    "REFERENCE_UNDERFLOW",
    (a, b) => `A reference to ${hex(a)} is dropped that nobody held (count was ${b})`,
  ],
  [Oops.ReferenceFromZero]: [
    "REFERENCE_FROM_ZERO",
    (a, b) => `A reference to ${hex(a)} is added from zero (count was ${b})`,
  ],
  [Oops.DereferenceOutsideSection]: ["OUTSIDE_SECTION", (a) => `${hex(a)} is dereferenced outside a read section`],
  [Oops.UnbalancedReadUnlock]: ["UNBALANCED_READ_UNLOCK", () => "A read section is left that was not entered"],
  [Oops.NotReserved]: [
    "NOT_RESERVED",
    (a, b, c) => `A fence is added to reservation ${hex(a)} without a slot reserved (${b} of ${c} in use)`,
  ],
  [Oops.WaitInSignaling]: [
    "WAIT_IN_SIGNALING",
    () => "A thread waits for a fence inside a signaling section: others wait for that section to end",
  ],
  [Oops.WaitInSection]: [
    "WAIT_IN_SECTION",
    () => "A thread waits for a fence or a reservation in a read section: every grace period waits for it",
  ],
  [Oops.BarrierUnderLock]: [
    "BARRIER_UNDER_LOCK",
    () => "A thread waits with a lock held for all that was retired: give it back first",
  ],
  [Oops.TooManyLocks]: [
    "TOO_MANY_LOCKS",
    (a, b) => `Lock ${hex(a)} is one more than a thread can have at a time with these locks (${b})`,
  ],
  [Oops.DeadRecord]: ["DEAD_RECORD", (a, _token, index) => deadRecord(hex(a), index)],
  [Oops.WorkInDeadQueue]: [
    "WORK_IN_DEAD_QUEUE",
    (a, _token, state) =>
      state === -1
        ? `Work ${hex(a)} is queued, and has been discarded`
        : `Work ${hex(a)} is discarded while it is queued, or while another thread runs it (${hex(state)})`,
  ],
  [Oops.TimerInDeadRecord]: [
    "TIMER_IN_DEAD_RECORD",
    (a, _token, state) =>
      state === -1
        ? `Timer ${hex(a)} is armed, and has been discarded`
        : `Timer ${hex(a)} is discarded while it is armed (${hex(state)})`,
  ],
}

export const WARNINGS_BEYOND: WarningTable = {
  [Warning.ContainerReserved]: [
    "container-reserved",
    (a, b) => `Fence ${hex(a)} is made of others: add each of them to reservation ${hex(b)} instead`,
  ],
}

/** What an issuer's record, or a work, was, and what was tried with it: of its words one, or something else. */
function deadRecord(what: string, index: number): string {
  const how = index < 0 ? "is used" : `is asked for its word ${index}`
  return `Issuer's record ${what} ${how} after it was discarded`
}

/** An issuer's record is used after its end; by its name, as long as that is known. */
export function deadRecordOops(thread: string, name: string | undefined, a: number, b: number, c: number): OopsError {
  const what = name === undefined ? `${hex(a)}, whose memory is another's by now,` : `"${name}"`
  return new OopsError("DEAD_RECORD", deadRecord(what, c), thread, a, [b, c])
}
