/** What the host can call: whole operations, addresses in, numbers out. In the order in which doors open. */
export { heapBytes, initializeHeap, layoutChecksum } from "./heap-map"
export { attach, detach } from "./threads"
export { takeTicket } from "./contexts"
export { act, listen, ring, takeMail } from "./actions"
export { addToCell, dereference, publish, readCell, replace, writeCell } from "./cells"
export { lock, tryLock, unlock, assertHeld, ownerOf } from "./locks/lock"
export { countFree, countInUse } from "./pool"
export { isReading, readLock, readUnlock, stalledReader, synchronize, tryAdvance } from "./rcu/epoch"
export { barrier, collect, collectAll, defer, retire } from "./rcu/retire"
export { isAlive } from "./tag"
export {
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
export { finishWait, waitOp } from "./fence/wait"
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
export { createEntity, offerScheduler, setPriority } from "./scheduler/entity"
export { finishedFence, scheduledFence } from "./scheduler/job"
export { attendScheduler, leaveScheduler, oldestRunning, restartTimeout } from "./scheduler/run"
export { createScheduler } from "./scheduler/scheduler"
export { beginSignaling, endSignaling, mightWait } from "./locks/signaling"
export { reclaim } from "./exports/death"
export {
  addCallback,
  dropRef,
  enableSignaling,
  finishMail,
  isSignaled,
  prepareWait,
  removeCallback,
  setDeadline,
  signal,
  signalStamped,
  status,
  unlockFence,
} from "./exports/fences"
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
  closeScheduler,
  createJob,
  discardJob,
  endJob,
  killEntity,
  pushJob,
  startJob,
  takeJob,
  withdrawSchedulers,
} from "./exports/scheduling"
