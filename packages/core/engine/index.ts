/** What the host can call: whole operations, addresses in, numbers out. In the order in which doors open. */
export { heapBytes, initializeHeap, layoutChecksum } from "./heap-map"
export { attach, detach } from "./threads"
export { takeTicket } from "./contexts"
export { act, listen, ring, takeMail } from "./actions"
export { addToCell, dereference, publish, readCell, replace, writeCell } from "./cells"
export { assertHeld } from "./locks/lock"
export { ownerOf } from "./locks/strategy"
export { countFree, countInUse } from "./pool"
export { assertReaders, epochNow, hasPassed, isReading, stalledReader } from "./rcu/epoch"
export { offline, tryAdvance } from "./rcu/strategy"
export { isAlive } from "./tag"
export {
  addToRecord,
  compareExchangeRecord,
  createRecord,
  discardRecord,
  exchangeRecord,
  isRecordLive,
  readRecord,
  writeRecord,
} from "./issuer/records"
export {
  cancelUnload,
  claimUnload,
  countPending,
  createModule,
  createTimelineLocked,
  dropModuleRef,
  moduleReferences,
  publishModule,
  tryAddModuleRef,
} from "./modules"
export { createFence, createFenceAt, createStub, stub } from "./fence/create"
export { addRef, tryAddRef, tryAddRefAt } from "./fence/references"
export { hasSignaled, signalFailedLocked, signalLocked } from "./fence/signal"
export { hasSignaledAt, isSignaledLocked } from "./fence/poll"
export { openTimelineLocked } from "./fence/timelines"
export { takeCallback } from "./fence/callbacks"
export { waitOp } from "./fence/wait"
export { claimUserBit, flagsOf, isLater, setError, setErrorLocked, setUser, userOf } from "./fence/query"
export { firstMember, memberFence, nextMember } from "./composite/array"
export { containedFence, createChain } from "./composite/chain"
export { addToDraft, createDraft } from "./composite/draft"
export { createArray, placeFence } from "./composite/merge"
export { addObjectRef, createObject } from "./composite/objects"
export { createParcel } from "./composite/parcel"
export { addFence, copyFences, replaceFences, reserveSlots } from "./composite/reservation"
export { reservationOwner } from "./composite/reservation-lock"
export { nextFenceLocked } from "./composite/reservation-walk"
export { createSoftTimeline, pointDeadline } from "./composite/soft-timeline"
export { createSyncFile } from "./composite/sync-file"
export { createSyncobj } from "./composite/syncobj"
export { takeSubmission } from "./composite/syncobj-waiters"
export { createSync } from "./sync/create"
export {
  arriveAt,
  awaitChange,
  countDown,
  notifyWaiters,
  resetEvent,
  setEvent,
  spinChange,
  withdrawFrom,
} from "./sync/changes"
export {
  awaitReceive,
  awaitSend,
  beginReceive,
  beginSend,
  closeChannel,
  endReceive,
  endSend,
  spinReceive,
  spinSend,
} from "./sync/channel"
export { createChannel } from "./sync/channels"
export { awaitOwned, giveOwned, spinOwned, takeOwned } from "./sync/owned"
export { awaitDrain, awaitRead, beginDrain, giveRead, takeRead } from "./sync/rwlock"
export { awaitPermits, givePermits, spinPermits, takePermits } from "./sync/semaphore"
export { createVersion, createVersions } from "./sync/versions"
export { hangUp, leaveWait } from "./sync/waiters"
export { createEntity, lastQueued, offerScheduler, setPriority } from "./scheduler/entity"
export { finishedFence, scheduledFence } from "./scheduler/job"
export { attendScheduler, leaveScheduler } from "./scheduler/run"
export { serverOf, stopScheduler } from "./scheduler/stop"
export { oldestRunning, restartTimeout } from "./scheduler/timeout"
export { createScheduler } from "./scheduler/scheduler"
export { mightWait, synchronize } from "./exports/waiting"
export { mightBarrier, mightSynchronize } from "./locks/waiting"
export { recover } from "./recover"
export {
  beginSignaling,
  driverName,
  endSignaling,
  lock,
  lockFence,
  lockModules,
  lockReservation,
  lockReservationInContext,
  lockShared,
  readLock,
  readUnlock,
  timelineName,
  tryLock,
  tryLockReservation,
  unlock,
  unlockModules,
} from "./exports/keeping"
export { barrier, reclaim, sweep } from "./exports/death"
export {
  beginUnload,
  collect,
  collectAll,
  defer,
  deferFunction,
  goOnUnloading,
  retire,
  unload,
} from "./exports/retiring"
export { enterText, leaveText } from "./issuer/executing"
export {
  armWork,
  attendWorks,
  awaitWork,
  cancelWork,
  claimWork,
  createWork,
  discardWork,
  dueIn,
  finishWork,
  isWork,
  leaveWorks,
  queueWork,
  workState,
} from "./issuer/works"
export { callingThread } from "./functions"
export { heldLock } from "./death/held"
export { retiredCount } from "./death/sweep"
export {
  addCallback,
  closeModuleTimeline,
  dropRef,
  enableSignaling,
  finishMail,
  finishWait,
  isSignaled,
  nextPending,
  open,
  prepareWait,
  removeCallback,
  setDeadline,
  signal,
  signalFailed,
  signalStamped,
  status,
  unlockFence,
  unlockShared,
} from "./exports/fences"
export {
  tryAddCallback,
  tryAddWaiter,
  tryFenceAt,
  tryFindSeqno,
  tryFinishWait,
  tryIsSignaled,
  tryPrepareWait,
  tryRemoveCallback,
  tryRemoveWaiter,
} from "./exports/impatient"
export { addLeaves, discardDraft, findSeqno, mergeDraft, walkChain } from "./exports/containers"
export {
  addPoint,
  addWaiter,
  closeTimeline,
  createPoint,
  dropObjectRef,
  fenceAt,
  incrementTimeline,
  nextFence,
  openObject,
  queryPoint,
  removeWaiter,
  replaceFence,
  testReservation,
  unlockReservation,
} from "./exports/objects"
export { discardVersion, publishVersion } from "./exports/versions"
export { cancelParcel, takeParcel } from "./exports/parcels"
export {
  addDependency,
  blameJob,
  closeScheduler,
  createJob,
  discardJob,
  endJob,
  endServing,
  haltJob,
  killEntity,
  pushJob,
  startJob,
  startScheduler,
  takeJob,
  takeStopped,
  withdrawSchedulers,
} from "./exports/scheduling"
