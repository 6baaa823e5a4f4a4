/** What the host can call: all that is in `primitives.ts`, and every family. In the order in which doors open. */
export * from "./primitives"
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
export { enterText, leaveText } from "./issuer/executing"
export { takeTicket } from "./contexts"
export { firstMember, memberFence, nextMember } from "./composite/array"
export { containedFence, createChain } from "./composite/chain"
export { addToDraft, createDraft } from "./composite/draft"
export { createArray, placeFence } from "./composite/merge"
export { createObject } from "./composite/objects"
export { addFence, copyFences, replaceFences, reserveSlots } from "./composite/reservation"
export { reservationOwner } from "./composite/reservation-lock"
export { nextFenceLocked } from "./composite/reservation-walk"
export { createSoftTimeline, pointDeadline } from "./composite/soft-timeline"
export { createSyncFile } from "./composite/sync-file"
export { createSyncobj } from "./composite/syncobj"
export { takeSubmission } from "./composite/syncobj-waiters"
export { createEntity, lastQueued, offerScheduler, setPriority } from "./scheduler/entity"
export { finishedFence, scheduledFence } from "./scheduler/job"
export { attendScheduler, leaveScheduler } from "./scheduler/run"
export { serverOf, stopScheduler } from "./scheduler/stop"
export { oldestRunning, restartTimeout } from "./scheduler/timeout"
export { createScheduler } from "./scheduler/scheduler"
export { lockReservation, lockReservationInContext, lockShared, tryLockReservation } from "./exports/keeping"
export { unlockShared } from "./exports/fences"
export { deferFunction } from "./exports/functions"
export { tryAddWaiter, tryFenceAt, tryFindSeqno, tryRemoveWaiter } from "./exports/impatient"
export { addLeaves, discardDraft, findSeqno, mergeDraft, walkChain } from "./exports/containers"
export {
  addPoint,
  addWaiter,
  closeTimeline,
  createPoint,
  fenceAt,
  incrementTimeline,
  nextFence,
  queryPoint,
  removeWaiter,
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
