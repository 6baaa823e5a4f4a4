/**
 * Engine functions that may call an issuer's function, and so may fail for a reason of the issuer's.
 *
 * The engine must not be unwound by an issuer's exception (it may hold a lock), so the exception is kept, and whoever
 * called the engine must have it told: `seat.told(seat.ask.isSignaled(…))`. The type of the answer makes forgetting it
 * an error of compilation: an `Answer` is no number until it has been told.
 */
import type { Engine } from "./engine.js"

/**
 * Each of these may reach an issuer: by asking, by completing, by dropping a last reference. All of `engine/exports/`
 * are among them, for they settle what was put off (test/host/asking.test.ts compares).
 */
export type AskingName =
  | "addCallback"
  | "addDependency"
  | "addFence"
  | "addLeaves"
  | "addPoint"
  | "addWaiter"
  | "cancelParcel"
  | "closeModuleTimeline"
  | "barrier"
  | "blameJob"
  | "closeScheduler"
  | "closeTimeline"
  | "collect"
  | "collectAll"
  | "copyFences"
  | "createArray"
  | "createJob"
  | "createPoint"
  | "defer"
  | "deferFunction"
  | "discardDraft"
  | "discardJob"
  | "discardVersion"
  | "dropObjectRef"
  | "dropRef"
  | "enableSignaling"
  | "endJob"
  | "endServing"
  | "fenceAt"
  | "findSeqno"
  | "finishMail"
  | "goOnUnloading"
  | "haltJob"
  | "finishWait"
  | "incrementTimeline"
  | "isSignaled"
  | "killEntity"
  | "mergeDraft"
  | "nextFence"
  | "nextFenceLocked"
  | "nextPending"
  | "open"
  | "openObject"
  | "prepareWait"
  | "publishVersion"
  | "pushJob"
  | "queryPoint"
  | "reclaim"
  | "removeCallback"
  | "removeWaiter"
  | "replaceFence"
  | "replaceFences"
  | "reserveSlots"
  | "retire"
  | "setDeadline"
  | "signal"
  | "signalFailed"
  | "signalFailedLocked"
  | "signalLocked"
  | "startJob"
  | "startScheduler"
  | "status"
  | "sweep"
  | "takeJob"
  | "takeParcel"
  | "takeStopped"
  | "testReservation"
  | "tryAddCallback"
  | "tryAddWaiter"
  | "tryFenceAt"
  | "tryFindSeqno"
  | "tryFinishWait"
  | "tryIsSignaled"
  | "tryPrepareWait"
  | "tryRemoveCallback"
  | "tryRemoveWaiter"
  | "unload"
  | "unlockFence"
  | "unlockReservation"
  | "unlockShared"
  | "walkChain"
  | "withdrawSchedulers"

declare const UNTOLD: unique symbol

/** What such a function returned, before anybody was told what an issuer threw meanwhile. */
export interface Answer {
  readonly [UNTOLD]: never
}

export type AskingEngine = {
  readonly [Name in AskingName]: (...parameters: Parameters<Engine[Name]>) => Answer
}

/** Everything else: it reaches no issuer. */
export type QuietEngine = Omit<Engine, AskingName>
