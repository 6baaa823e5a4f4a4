/** Synchronization between threads, on the engine of `@outlive/core`. */
/// <reference lib="esnext.disposable" preserve="true" />
export { Barrier, type BarrierOutcome } from "./barrier.js"
export { Cell, type CellOptions } from "./cell.js"
export { Channel, type ChannelOptions } from "./channel.js"
export type { ChannelDeaths, ChannelHandle, SendOutcome } from "./channel-handle.js"
export { BYTES, type Codec, JSON_TEXT } from "./codec.js"
export { Condition, type ConditionOutcome } from "./condition.js"
export { SyncError } from "./errors.js"
export { Event, type EventMode, type EventOptions, type EventOutcome } from "./event.js"
export { FenceChannel, type FenceChannelOptions } from "./fence-channel.js"
export type { Guard } from "./guard.js"
export { Latch, type LatchOutcome } from "./latch.js"
export { Mutex, type MutexGuard } from "./mutex.js"
export { Once, type OnceAttempt, type OnceOutcome } from "./once.js"
export { type ReadGuard, RwLock, type WriteGuard } from "./rwlock.js"
export {
  type AsyncPermitOptions,
  type PermitOptions,
  type Permits,
  Semaphore,
  type SemaphoreOptions,
} from "./semaphore.js"
