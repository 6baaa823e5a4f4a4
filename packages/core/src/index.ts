/** The public API. */
export type { Account, Accounts } from "./accounts.js"
export { AcquireContext } from "./acquire-context.js"
export type { Engine, EngineFactory, EngineKind, Flavour } from "./engine.js"
export { FenceError, HeapError, ModuleError, OopsError, OutliveError, errnoName } from "./errors.js"
export { Fence, type FenceCallback, type SharedFence } from "./fence.js"
export { FenceArray, type FencePlace } from "./fence-array.js"
export { type ChainLink, FenceChain } from "./fence-chain.js"
export { merge, unwrap } from "./merge.js"
export { Entity, type EntityOptions, type JobOptions, Priority, type SubmittedJob } from "./entity.js"
export { type Hardware, type RunningJob, Scheduler, type SchedulerOptions } from "./scheduler.js"
export { Heap, type ThreadInfo } from "./heap.js"
export type { AttachOptions, HeapOptions, LifetimeKind, OpenOptions, SharedHeap } from "./heap-options.js"
export type { LockOrderEdge } from "./lock-order.js"
export { Module, defineModule, type ModuleDefinition, type ModuleOps } from "./module.js"
export type { OutliveWarning } from "./oops.js"
export { type LockOutcome, Reservation, Usage, type UsageWord, usageOf } from "./reservation.js"
export type { ReservedFence } from "./reservation-walk.js"
export { SoftTimeline } from "./soft-timeline.js"
export type { SharedObjectToken } from "./shared-object.js"
export { SyncFile, type SyncFenceInfo, type SyncFileInfo } from "./sync-file.js"
export { Syncobj } from "./syncobj.js"
export { SyncobjFlags, SyncobjTable, type SyncobjTableWait } from "./syncobj-table.js"
export type { SubmissionOptions, SyncobjPoint, SyncobjWaitOptions } from "./syncobj-wait.js"
export type { Thread } from "./thread.js"
export { Timeline, type TimelineOptions } from "./timeline.js"
export type { TraceEvent } from "./trace.js"
export {
  waitAll,
  waitAllSync,
  waitAny,
  waitAnySync,
  type AsyncWaitOptions,
  type WaitAnyOutcome,
  type WaitOptions,
  type WaitOutcome,
} from "./wait.js"
