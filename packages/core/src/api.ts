/** The public API, without any build of the engine (`entries/`). */
/// <reference lib="esnext.disposable" preserve="true" />
export { AcquireContext, type LockAllOptions, type Lockable } from "./composite/acquire-context.js"
export { FenceArray, type FencePlace } from "./composite/fence-array.js"
export { type ChainLink, FenceChain } from "./composite/fence-chain.js"
export { merge, unwrap } from "./composite/merge.js"
export { type AccessWord, type LockOutcome, Reservation, type UsageWord, usageOf } from "./composite/reservation.js"
export { type ReservedFence, Usage } from "./composite/reservation-walk.js"
export type { SharedObjectToken } from "./composite/shared-object.js"
export { SoftTimeline } from "./composite/soft-timeline.js"
export { SyncFile, type SyncFenceInfo, type SyncFileInfo } from "./composite/sync-file.js"
export { Syncobj, type SyncobjCallbackOptions, type SyncobjPoint, type TransferPoints } from "./composite/syncobj.js"
export {
  type SyncobjEvent,
  SyncobjFlags,
  type SyncobjPlace,
  SyncobjTable,
  type SyncobjTableWait,
  type SyncobjTransfer,
} from "./composite/syncobj-table.js"
export type { SubmissionOptions, SyncobjWaitOptions } from "./composite/syncobj-wait.js"
export type { AsyncWaitOptions, UntimedWaitOptions, WaitOptions } from "./entrance/limits.js"
export { FenceError, HeapError, ModuleError, OopsError, OutliveError, errnoName } from "./errors.js"
export {
  type DeferredFunction,
  type ModuleDefinition,
  type ModuleOps,
  type ModuleParts,
  type WorkFunction,
  defineModule,
} from "./fence/definition.js"
export { Fence, type FenceCallback, type SharedFence, type SignalOptions } from "./fence/fence.js"
export type { WaitAnyOutcome } from "./fence/fence-conditions.js"
export type { IssuerThread } from "./fence/issuer-thread.js"
export { Module, type UnloadOptions } from "./fence/module.js"
export type { WaitOutcome } from "./fence/outcome.js"
export { type Issuer, Timeline, type TimelineOptions } from "./fence/timeline.js"
export { waitAll, waitAllSync, waitAny, waitAnySync } from "./fence/wait-several.js"
export type { GraceOutcome } from "./waiting/grace.js"
export type { Problem } from "./heap/check/problem.js"
export { Heap } from "./heap/heap.js"
export type { HeapOptions, OpenOptions, SharedHeap } from "./heap/heap-options.js"
export { type Support, isSupported } from "./heap/support.js"
export { Work, type WorkInfo, type WorkOptions, type WorkOutcome } from "./issuer/work.js"
export type { AttachOptions, Thread } from "./heap/thread.js"
export type { StuckFence, Watch, WatchOptions } from "./heap/watch.js"
export type { RunWorksOptions } from "./heap/works.js"
export type { Engine, EngineFactory, EngineKind, Flavour } from "./host/engine.js"
export type { OutliveWarning } from "./host/oops.js"
export { IssuerRecord, type IssuerRecordOptions } from "./issuer/issuer-record.js"
export { SharedLock } from "./issuer/shared-lock.js"
export type { Account, Accounts } from "./memory/accounts.js"
export type { HeapMemory, ThreadInfo } from "./memory/heap-memory.js"
export { LIFETIME_NAMES } from "./memory/lifetimes.js"
export type { LifetimeName, LifetimeSwitches } from "./memory/lifetimes.js"
export type { LockOrderEdge } from "./memory/lock-order.js"
export type { TraceEvent } from "./memory/trace.js"
export type { Dependency, ReservationDependency, SyncobjDependency } from "./scheduler/dependency.js"
export {
  Entity,
  type EntityOptions,
  type JobOptions,
  type JobRunner,
  Priority,
  type SubmittedJob,
} from "./scheduler/entity.js"
export type { FlushOutcome } from "./scheduler/flushed.js"
export type { StopOutcome } from "./scheduler/halted.js"
export type { Hardware, RunningJob, TimeoutAnswer } from "./scheduler/hardware.js"
export { Scheduler, type SchedulerOptions } from "./scheduler/scheduler.js"
export type { Seat } from "./seat/seat.js"
export type { TransferToken } from "./seat/transfer-token.js"
