/** What the host can call: all that is in `fences.ts`, and the primitives for synchronization. A build of its own as well. */
export * from "./fences"
export { addObjectRef } from "./composite/objects"
export { createParcel } from "./composite/parcel"
export { dropObjectRef, openObject } from "./exports/objects"
export { cancelParcel, takeParcel } from "./exports/parcels"
export { discardVersion, publishVersion } from "./exports/versions"
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
