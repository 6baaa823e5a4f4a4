/** What an issuer's own functions need of the thread in which they run. */
import type { WaitOptions } from "../entrance/limits.js"
import type { IssuerRecord } from "../issuer/issuer-record.js"
import type { SharedLock } from "../issuer/shared-lock.js"
import type { Work } from "../issuer/work.js"
import type { Seat } from "../seat/seat.js"
import type { GraceOutcome } from "../waiting/grace.js"
import type { Fence } from "./fence.js"

/** A thread, as a module's functions see it: a `Thread` is one. */
export interface IssuerThread extends Seat {
  openAt(cell: number): Fence | undefined
  replaceAt(cell: number, fence: Fence | undefined): Fence | undefined
  issuerRecord(token: number): IssuerRecord
  sharedLock(token: number): SharedLock
  work(token: number): Work
  synchronize(options?: WaitOptions): GraceOutcome
  barrier(options?: WaitOptions): GraceOutcome
}
