/** Every family: containers, shared objects, schedulers; primitives; what modules bring beside their ops. */
export { finishArray, leaveMembers, recountArming, recountArray, releaseArray } from "../composite/array"
export { advanceChain, releaseChain } from "../composite/chain"
export { repairChains } from "../composite/chain-repair"
export { bodyOf, breakOffArming } from "../composite/container"
export { isPutOff, isRetried, retryWork } from "../deferral"
export { awaitCalls, callFunction, callingThread } from "../functions"
export { endWorks } from "../issuer/works"
export { postpone } from "../postpone"
export { releaseReservation } from "../composite/reservation"
export {
  isGuardedBy,
  leavePoints,
  leaveTimeline,
  releaseSoftTimeline,
  repairSoftTimeline,
} from "../composite/soft-timeline"
export { releaseSyncFile } from "../composite/sync-file"
export { releaseSyncobj, repairSyncobj } from "../composite/syncobj"
export { giveWaiterOf, unhangWaitersOf } from "../composite/syncobj-waiters"
export { forgetJobs } from "../scheduler/claim"
export { releaseEntity } from "../scheduler/entity"
export { releaseJobFence } from "../scheduler/fences"
export { finishDependency, finishJob } from "../scheduler/finish"
export { endOrphans, repairScheduler } from "../scheduler/repair"
export { releaseScheduler } from "../scheduler/scheduler"
export { endParcels } from "../composite/parcel"
export { releaseChannel } from "../sync/channels"
export { breakSync, heldSync } from "../sync/create"
export { endDraft, releaseVersions } from "../sync/versions"
