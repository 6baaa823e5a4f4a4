/**
 * What the host can call in every build: fences of issuers, locks, read sections, modules, waits, primitives, and clearing up after the
 * dead. Whole operations, addresses in, numbers out. A build of this alone is what a page has by default (`families.ts`).
 */
export { heapBytes, initializeHeap, layoutChecksum } from "./heap-map"
export { attach, detach } from "./threads"
export { act, listen, ring, takeMail } from "./actions"
export { addToCell, dereference, publish, readCell, replace, writeCell } from "./cells"
export { ownerOf } from "./locks/strategy"
export { countFree, countInUse } from "./pool"
export { assertReaders, epochNow, hasPassed, isReading, stalledReader } from "./rcu/epoch"
export { offline, tryAdvance } from "./rcu/strategy"
export { isAlive } from "./tag"
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
export { mightWait, synchronize } from "./exports/waiting"
export { mightBarrier, mightSynchronize } from "./locks/waiting"
export { recover } from "./recover"
export { settleRest } from "./work"
export { endTurn } from "./turn"
export {
  beginSignaling,
  driverName,
  endSignaling,
  lock,
  lockFence,
  lockModules,
  readLock,
  readUnlock,
  timelineName,
  tryLock,
  unlock,
  unlockModules,
} from "./exports/keeping"
export { barrier, reclaim, sweep } from "./exports/death"
export { collect, collectAll, defer, goOnUnloading, retire, unload } from "./exports/retiring"
export { callingThread } from "./families"
export { heldLock } from "./death/held"
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
  status,
  unlockFence,
} from "./exports/fences"
export { tryAddCallback, tryFinishWait, tryIsSignaled, tryPrepareWait, tryRemoveCallback } from "./exports/impatient"
