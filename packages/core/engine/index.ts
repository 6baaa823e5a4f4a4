/** What the host can call: whole operations, addresses in, numbers out. In the order in which doors open. */
export { heapBytes, initializeHeap, layoutChecksum } from "./heap-map"
export { attach, detach } from "./threads"
export { takeTicket } from "./contexts"
export { act, listen, ring, takeMail } from "./actions"
export { addToCell, dereference, publish, readCell, replace, writeCell } from "./cells"
export { lock, tryLock, unlock, assertHeld, ownerOf } from "./locks/lock"
export { countFree, countInUse } from "./pool"
export {
  epochNow,
  hasPassed,
  isReading,
  readLock,
  readUnlock,
  stalledReader,
  synchronize,
  tryAdvance,
} from "./rcu/epoch"
export { collect, collectAll, defer, retire } from "./rcu/retire"
export { isAlive } from "./tag"
export {
  beginUnload,
  countPending,
  createModule,
  createTimelineLocked,
  dropModuleRef,
  lockModules,
  moduleReferences,
  publishModule,
  tryAddModuleRef,
  unload,
  unlockModules,
} from "./modules"
export { createFence, createFenceAt, createStub, stub } from "./fence/create"
export { addRef, open, tryAddRef, tryAddRefAt } from "./fence/references"
export { hasSignaled, signalLocked } from "./fence/signal"
export { hasSignaledAt, isSignaledLocked } from "./fence/poll"
export { takeCallback } from "./fence/callbacks"
export { waitOp } from "./fence/wait"
export { driverName, timelineName } from "./fence/names"
export { claimUserBit, flagsOf, isLater, lockFence, setError } from "./fence/query"
export { recover } from "./fence/recover"
export { firstMember, memberFence, nextMember } from "./composite/array"
export { containedFence, createChain } from "./composite/chain"
export { addToDraft, createDraft } from "./composite/draft"
export { createArray, placeFence } from "./composite/merge"
export { addObjectRef, createObject, openObject } from "./composite/objects"
export { addFence, copyFences, replaceFences, reserveSlots } from "./composite/reservation"
export {
  lockReservation,
  lockReservationInContext,
  reservationOwner,
  tryLockReservation,
} from "./composite/reservation-lock"
export { nextFenceLocked } from "./composite/reservation-walk"
export { createSoftTimeline, pointDeadline } from "./composite/soft-timeline"
export { createSyncFile } from "./composite/sync-file"
export { addWaiter, createSyncobj, removeWaiter } from "./composite/syncobj"
export { createEntity, lastQueued, offerScheduler, setPriority } from "./scheduler/entity"
export { finishedFence, scheduledFence } from "./scheduler/job"
export { attendScheduler, leaveScheduler } from "./scheduler/run"
export { serverOf, stopScheduler } from "./scheduler/stop"
export { oldestRunning, restartTimeout } from "./scheduler/timeout"
export { createScheduler } from "./scheduler/scheduler"
export { beginSignaling, endSignaling, mightWait } from "./locks/signaling"
export { barrier, reclaim, sweep } from "./exports/death"
export { heldLock } from "./death/held"
export { retiredCount } from "./death/sweep"
export {
  addCallback,
  dropRef,
  enableSignaling,
  finishMail,
  finishWait,
  isSignaled,
  nextPending,
  prepareWait,
  removeCallback,
  setDeadline,
  signal,
  signalStamped,
  status,
  unlockFence,
} from "./exports/fences"
export {
  tryAddCallback,
  tryAddWaiter,
  tryFinishWait,
  tryPrepareWait,
  tryRemoveCallback,
  tryRemoveWaiter,
} from "./exports/impatient"
export { addLeaves, discardDraft, findSeqno, mergeDraft, walkChain } from "./exports/containers"
export {
  addPoint,
  closeTimeline,
  createPoint,
  dropObjectRef,
  fenceAt,
  incrementTimeline,
  nextFence,
  queryPoint,
  replaceFence,
  testReservation,
  unlockReservation,
} from "./exports/objects"
export {
  addDependency,
  blameJob,
  closeScheduler,
  createJob,
  discardJob,
  endJob,
  haltJob,
  killEntity,
  pushJob,
  startJob,
  startScheduler,
  takeJob,
  takeStopped,
  withdrawSchedulers,
} from "./exports/scheduling"
