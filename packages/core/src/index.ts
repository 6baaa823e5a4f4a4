/** The public API. */
export type { Account, Accounts } from "./heap/accounts.js"
export { AcquireContext } from "./composite/acquire-context.js"
export type { Engine, EngineFactory, EngineKind, Flavour } from "./host/engine.js"
export { FenceError, HeapError, ModuleError, OopsError, OutliveError, errnoName } from "./errors.js"
export { Fence, type FenceCallback, type SharedFence } from "./fence/fence.js"
export { FenceArray, type FencePlace } from "./composite/fence-array.js"
export { type ChainLink, FenceChain } from "./composite/fence-chain.js"
export { merge, unwrap } from "./composite/merge.js"
export { Entity, type EntityOptions, type JobOptions, Priority, type SubmittedJob } from "./scheduler/entity.js"
export { type Hardware, type RunningJob, Scheduler, type SchedulerOptions } from "./scheduler/scheduler.js"
export { Heap, type ThreadInfo } from "./heap/heap.js"
export type { AttachOptions, HeapOptions, LifetimeKind, OpenOptions, SharedHeap } from "./heap/heap-options.js"
export type { LockOrderEdge } from "./host/lock-order.js"
export { readLost } from "./heap/lost.js"
export { Module, defineModule, type ModuleDefinition, type ModuleOps } from "./fence/module.js"
export type { OutliveWarning } from "./host/oops.js"
export { type LockOutcome, Reservation, Usage, type UsageWord, usageOf } from "./composite/reservation.js"
export type { ReservedFence } from "./composite/reservation-walk.js"
export { SoftTimeline } from "./composite/soft-timeline.js"
export type { SharedObjectToken } from "./composite/shared-object.js"
export { SyncFile, type SyncFenceInfo, type SyncFileInfo } from "./composite/sync-file.js"
export { Syncobj } from "./composite/syncobj.js"
export { SyncobjFlags, SyncobjTable, type SyncobjTableWait } from "./composite/syncobj-table.js"
export type { SubmissionOptions, SyncobjPoint, SyncobjWaitOptions } from "./composite/syncobj-wait.js"
export type { Thread } from "./heap/thread.js"
export { Timeline, type TimelineOptions } from "./fence/timeline.js"
export type { TraceEvent } from "./heap/trace.js"
export {
  waitAll,
  waitAllSync,
  waitAny,
  waitAnySync,
  type AsyncWaitOptions,
  type WaitAnyOutcome,
  type WaitOptions,
  type WaitOutcome,
} from "./fence/wait.js"
