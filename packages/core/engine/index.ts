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
export { addRef, dropRef, open, tryAddRef, tryAddRefAt } from "./fence/references"
export { hasSignaled, signal, signalLocked, signalStamped } from "./fence/signal"
export { enableSignaling } from "./fence/enable"
export { hasSignaledAt, isSignaled, isSignaledLocked, status } from "./fence/poll"
export { addCallback, finishMail, removeCallback, takeCallback } from "./fence/callbacks"
export { finishWait, prepareWait, waitOp } from "./fence/wait"
export { driverName, timelineName } from "./fence/names"
export { setDeadline } from "./fence/deadline"
export { claimUserBit, flagsOf, isLater, lockFence, setError, unlockFence } from "./fence/query"
export { recover } from "./fence/recover"
export { firstMember, memberFence, nextMember } from "./composite/array"
export { containedFence, createChain, findSeqno, walkChain } from "./composite/chain"
export { addLeaves, addToDraft, createDraft, discardDraft } from "./composite/draft"
export { createArray, mergeDraft, placeFence } from "./composite/merge"
export { addObjectRef, createObject, dropObjectRef, openObject } from "./composite/objects"
export { addFence, copyFences, replaceFences, reserveSlots } from "./composite/reservation"
export {
  lockReservation,
  lockReservationInContext,
  reservationOwner,
  tryLockReservation,
  unlockReservation,
} from "./composite/reservation-lock"
export { nextFence, nextFenceLocked, testReservation } from "./composite/reservation-walk"
export {
  closeTimeline,
  createPoint,
  createSoftTimeline,
  incrementTimeline,
  pointDeadline,
} from "./composite/soft-timeline"
export { createSyncFile } from "./composite/sync-file"
export {
  addPoint,
  addWaiter,
  createSyncobj,
  fenceAt,
  queryPoint,
  removeWaiter,
  replaceFence,
} from "./composite/syncobj"
export { createEntity, killEntity, offerScheduler, setPriority, withdrawSchedulers } from "./scheduler/entity"
export { addDependency } from "./scheduler/dependencies"
export { endJob } from "./scheduler/finish"
export { createJob, discardJob, finishedFence, pushJob, scheduledFence } from "./scheduler/job"
export {
  attendScheduler,
  closeScheduler,
  leaveScheduler,
  oldestRunning,
  restartTimeout,
  startJob,
} from "./scheduler/run"
export { createScheduler, takeJob } from "./scheduler/scheduler"
export { beginSignaling, endSignaling, mightWait } from "./locks/signaling"
export { heldLock } from "./death/held"
export { reclaim } from "./death/reclaim"
export { barrier, retiredCount, sweep } from "./death/sweep"
