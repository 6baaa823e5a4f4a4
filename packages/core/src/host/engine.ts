/** Instantiates the engine: the WebAssembly or the JavaScript build, release or checked; one signature. */
import {
  type Build,
  type EngineFactory,
  type EngineKind,
  type Flavour,
  buildOf,
  bytesOf,
  factoryOf,
  isProvided,
} from "./builds.js"
import { type Families, only } from "./families.js"
import type { WebAssemblyMemory, WebAssemblyModule } from "./platform.js"

export type { EngineFactory, EngineKind, Flavour } from "./builds.js"

/** What the engine may ask of its host (see `engine/host.ts`). */
export interface EngineHost {
  call(op: number, fence: number): number
  oops(code: number, a: number, b: number, c: number): void
  warn(code: number, a: number, b: number): void
  park(address: number, value: number, atMostMs: number, holder: number): void
  now(thread: number): void
  place(thread: number, address: number): void
  stall(thread: number, round: number): void
  /** Only of builds whose reclamation scheme asks for it. */
  turn(thread: number): void
}

/**
 * The unhandled layer: addresses in, numbers out, nothing checked but what the checked flavour checks.
 * What each function does is told in `engine/`, at the function of that name.
 */
export interface Engine {
  heapBytes(
    threads: number,
    fences: number,
    callbacks: number,
    modules: number,
    timelines: number,
    cells: number,
    trace: number,
    bodies: number,
    slots: number,
    objects: number,
    records: number,
    lockOrder: number,
  ): number
  initializeHeap(
    threads: number,
    fences: number,
    callbacks: number,
    modules: number,
    timelines: number,
    cells: number,
    trace: number,
    bodies: number,
    slots: number,
    objects: number,
    records: number,
    lockOrder: number,
  ): void
  layoutChecksum(): number
  attach(): number
  detach(thread: number): number
  takeTicket(thread: number): void
  act(thread: number, callback: number): number
  listen(thread: number): number
  ring(thread: number): void
  takeMail(thread: number): number
  addToCell(cell: number, value: number): number
  dereference(thread: number, cell: number): number
  publish(cell: number, address: number): void
  readCell(cell: number): number
  replace(cell: number, address: number): number
  writeCell(cell: number, value: number): void
  lock(thread: number, word: number): void
  tryLock(thread: number, word: number): number
  unlock(thread: number, word: number): void
  ownerOf(word: number): number
  countFree(kind: number): number
  countInUse(kind: number): number
  isReading(thread: number): number
  readLock(thread: number): void
  readUnlock(thread: number): void
  stalledReader(): number
  synchronize(thread: number): void
  epochNow(): number
  hasPassed(thread: number, start: number, count: number): number
  assertReaders(thread: number): void
  offline(thread: number): number
  endTurn(thread: number): number
  sweep(thread: number): number
  heldLock(thread: number): number
  cancelUnload(thread: number, module: number): void
  claimUnload(thread: number, module: number, generation: number): number
  goOnUnloading(thread: number, module: number, evenIfPending: number): number
  tryAdvance(): number
  barrier(thread: number): void
  collect(thread: number): void
  collectAll(thread: number): void
  defer(thread: number, callback: number): void
  retire(thread: number, record: number): void
  deferFunction(thread: number, text: number, number: number, argument: number): number
  callingThread(thread: number): number
  enterText(thread: number, text: number, what: number): number
  leaveText(thread: number, before: number, what: number): void
  armWork(token: number, due: number): number
  attendWorks(thread: number): void
  awaitWork(thread: number, token: number): number
  cancelWork(thread: number, token: number): number
  claimWork(thread: number, token: number, nowMs: number): number
  createWork(thread: number, text: number, loadId: number, argument: number): number
  discardWork(thread: number, token: number): void
  dueIn(record: number, nowMs: number): number
  finishWork(thread: number, token: number, before: number): void
  isWork(record: number): number
  leaveWorks(thread: number): void
  queueWork(token: number): number
  workState(token: number): number
  isAlive(pointer: number): number
  createRecord(thread: number, loadId: number): number
  discardRecord(thread: number, token: number): void
  isRecordLive(token: number): number
  readRecord(token: number, index: number): number
  writeRecord(token: number, index: number, value: number): void
  addToRecord(token: number, index: number, value: number): number
  exchangeRecord(token: number, index: number, value: number): number
  compareExchangeRecord(token: number, index: number, expected: number, value: number): number
  countPending(module: number): number
  createModule(thread: number, opsMask: number): number
  createTimelineLocked(thread: number, module: number, externalLock: number, traits: number): number
  openTimelineLocked(timeline: number): void
  closeModuleTimeline(thread: number, timeline: number): void
  dropModuleRef(module: number): void
  lockModules(thread: number): void
  moduleReferences(module: number): number
  publishModule(thread: number, module: number): void
  tryAddModuleRef(module: number, generation: number): number
  unload(thread: number, module: number, generation: number): number
  unlockModules(thread: number): void
  createFence(thread: number, timeline: number): number
  createFenceAt(thread: number, timeline: number, seqnoLo: number, seqnoHi: number): number
  createStub(thread: number): number
  stub(): number
  addRef(fence: number): void
  dropRef(thread: number, fence: number): void
  open(thread: number, fence: number, generation: number): number
  tryAddRef(thread: number, fence: number): number
  tryAddRefAt(thread: number, cell: number): number
  hasSignaled(fence: number): number
  signal(thread: number, fence: number): number
  signalLocked(thread: number, fence: number): number
  signalFailed(thread: number, fence: number, error: number, stamped: number): number
  signalFailedLocked(thread: number, fence: number, error: number, stamped: number): number
  enableSignaling(thread: number, fence: number): number
  hasSignaledAt(thread: number, cell: number): number
  isSignaled(thread: number, fence: number): number
  isSignaledLocked(thread: number, fence: number): number
  status(thread: number, fence: number): number
  addCallback(thread: number, fence: number, action: number, argument: number): number
  finishMail(thread: number, callback: number): number
  removeCallback(thread: number, callback: number): number
  takeCallback(thread: number, action: number, argument: number): number
  finishWait(thread: number, fence: number): void
  prepareWait(thread: number, fence: number): number
  waitOp(thread: number, fence: number): number
  tryAddCallback(thread: number, fence: number, action: number, argument: number): number
  tryAddWaiter(thread: number, syncobj: number, pointLo: number, pointHi: number): number
  tryFinishWait(thread: number, fence: number): number
  tryPrepareWait(thread: number, fence: number): number
  tryRemoveCallback(thread: number, callback: number): number
  tryRemoveWaiter(thread: number, node: number): number
  tryIsSignaled(thread: number, fence: number): number
  tryFenceAt(thread: number, syncobj: number, pointLo: number, pointHi: number): number
  tryFindSeqno(thread: number, fence: number, seqnoLo: number, seqnoHi: number): number
  driverName(thread: number, fence: number): number
  timelineName(thread: number, fence: number): number
  setDeadline(thread: number, fence: number): void
  claimUserBit(fence: number, bit: number): number
  flagsOf(fence: number): number
  isLater(first: number, second: number): number
  lockFence(thread: number, fence: number): void
  lockShared(thread: number, token: number): void
  unlockShared(thread: number, token: number): void
  userOf(fence: number): number
  setUser(fence: number, value: number): void
  setError(thread: number, fence: number, error: number): number
  setErrorLocked(thread: number, fence: number, error: number): number
  unlockFence(thread: number, fence: number): void
  recover(thread: number): void
  settleRest(thread: number): void
  reclaim(thread: number, dead: number, generation: number): number
  closeTimeline(thread: number, soft: number): void
  createPoint(thread: number, soft: number, seqno: number): number
  createSoftTimeline(thread: number): number
  incrementTimeline(thread: number, soft: number, count: number): number
  pointDeadline(thread: number, point: number): number
  createParcel(thread: number, content: number, type: number): number
  takeParcel(thread: number, parcel: number, generation: number, type: number): number
  cancelParcel(thread: number, parcel: number, generation: number): number
  createVersions(thread: number, version: number): number
  createVersion(thread: number, bytes: number): number
  publishVersion(thread: number, object: number, version: number, expected: number, generation: number): number
  discardVersion(thread: number): void
  createChannel(thread: number, blocks: number, carries: number): number
  beginSend(thread: number, channel: number, words: number): number
  spinSend(thread: number, channel: number, words: number): number
  awaitSend(thread: number, channel: number, words: number, map: number): number
  endSend(thread: number, channel: number, words: number): number
  beginReceive(thread: number, channel: number): number
  spinReceive(thread: number, channel: number): number
  awaitReceive(thread: number, channel: number, map: number): number
  endReceive(thread: number, channel: number, words: number): void
  closeChannel(channel: number): number
  createSync(thread: number, type: number, word: number, limit: number): number
  hangUp(thread: number, object: number, seen: number, flag: number, map: number): number
  leaveWait(thread: number, object: number, map: number, passes: number): number
  takeOwned(thread: number, object: number): number
  spinOwned(thread: number, object: number): number
  awaitOwned(thread: number, object: number, map: number): number
  giveOwned(thread: number, object: number, to: number, everybody: number): void
  takeRead(thread: number, lock: number): number
  giveRead(thread: number, lock: number): void
  awaitRead(thread: number, lock: number, map: number): number
  beginDrain(lock: number, spins: number): number
  awaitDrain(lock: number): number
  takePermits(object: number, count: number): number
  awaitPermits(thread: number, object: number, count: number, map: number): number
  spinPermits(object: number, count: number): number
  spinChange(object: number, since: number, values: number): number
  givePermits(object: number, count: number): number
  awaitChange(thread: number, object: number, since: number, values: number, map: number): number
  setEvent(event: number): number
  resetEvent(event: number): number
  countDown(latch: number, by: number): number
  arriveAt(barrier: number): number
  withdrawFrom(barrier: number, turn: number): number
  notifyWaiters(condition: number, everybody: number): void
  createEntity(thread: number, scheduler: number, priority: number): number
  killEntity(thread: number, entity: number): void
  offerScheduler(thread: number, entity: number, scheduler: number): number
  setPriority(thread: number, entity: number, priority: number): void
  withdrawSchedulers(thread: number, entity: number): void
  addDependency(thread: number, job: number, fence: number): number
  endJob(thread: number, finished: number, error: number): number
  createJob(thread: number, entity: number, credits: number, data: number, dontPipeline: number): number
  discardJob(thread: number, job: number): void
  finishedFence(job: number): number
  pushJob(thread: number, job: number): number
  scheduledFence(job: number): number
  attendScheduler(thread: number, scheduler: number): void
  closeScheduler(thread: number, scheduler: number): void
  leaveScheduler(thread: number, scheduler: number): void
  oldestRunning(thread: number, scheduler: number): number
  restartTimeout(thread: number, scheduler: number, finished: number): void
  startJob(thread: number, scheduler: number, finished: number, parent: number, error: number): void
  haltJob(thread: number, scheduler: number): number
  endServing(thread: number, scheduler: number): void
  takeStopped(thread: number, scheduler: number): number
  startScheduler(thread: number, scheduler: number): number
  stopScheduler(thread: number, scheduler: number): number
  serverOf(scheduler: number): number
  blameJob(thread: number, scheduler: number, finished: number): number
  lastQueued(thread: number, entity: number): number
  nextPending(thread: number, timeline: number, at: number): number
  createScheduler(
    thread: number,
    creditLimit: number,
    timeoutMs: number,
    policy: number,
    hangLimit: number,
    keepsParent: number,
    module: number,
  ): number
  takeJob(thread: number, scheduler: number): number
  beginSignaling(thread: number): number
  endSignaling(thread: number, cookie: number): void
  mightBarrier(thread: number): void
  mightSynchronize(thread: number): void
  mightWait(thread: number): void
  addPoint(thread: number, syncobj: number, fence: number, seqnoLo: number, seqnoHi: number): number
  addWaiter(thread: number, syncobj: number, pointLo: number, pointHi: number): number
  createSyncobj(thread: number, signaled: number): number
  fenceAt(thread: number, syncobj: number, pointLo: number, pointHi: number): number
  queryPoint(thread: number, syncobj: number, lastSubmitted: number): void
  removeWaiter(thread: number, node: number): number
  takeSubmission(node: number): number
  replaceFence(thread: number, syncobj: number, fence: number): void
  createSyncFile(thread: number, fence: number): number
  addObjectRef(object: number): void
  createObject(thread: number, type: number): number
  dropObjectRef(thread: number, object: number): void
  openObject(thread: number, object: number, generation: number, type: number): number
  addFence(thread: number, reservation: number, fence: number, usage: number): void
  copyFences(thread: number, reservation: number, source: number): number
  replaceFences(
    thread: number,
    reservation: number,
    contextLo: number,
    contextHi: number,
    fence: number,
    usage: number,
  ): void
  reserveSlots(thread: number, reservation: number, more: number): number
  lockReservation(thread: number, reservation: number): void
  lockReservationInContext(thread: number, reservation: number): number
  reservationOwner(reservation: number): number
  tryLockReservation(thread: number, reservation: number): number
  unlockReservation(thread: number, reservation: number): void
  nextFence(thread: number, reservation: number, usage: number): number
  nextFenceLocked(thread: number, reservation: number, usage: number): number
  testReservation(thread: number, reservation: number, usage: number): number
  firstMember(array: number): number
  memberFence(member: number): number
  nextMember(member: number): number
  containedFence(fence: number): number
  createChain(thread: number, previous: number, fence: number, seqnoLo: number, seqnoHi: number): number
  findSeqno(thread: number, fence: number, seqnoLo: number, seqnoHi: number): number
  walkChain(thread: number, fence: number): number
  addLeaves(thread: number, draft: number, fence: number): number
  addToDraft(thread: number, draft: number, fence: number): number
  createDraft(thread: number): number
  discardDraft(thread: number, draft: number): void
  createArray(thread: number, draft: number): number
  mergeDraft(thread: number, draft: number): number
  placeFence(fence: number, contextLo: number, contextHi: number, seqnoLo: number, seqnoHi: number): void
}

const compiled: Partial<Record<Build, WebAssemblyModule>> = {}

/** The WebAssembly module for a heap, compiled once per thread; it can be sent to other threads. @throws HeapError NOT_IMPORTED */
export function compile(flavour: Flavour, families: Families): WebAssemblyModule {
  const exact = buildOf(flavour, families)
  // One that has more than the heap carries will do, for it is told to make none of that.
  const more = (["sync", flavour] as const).filter((build) => build !== "sync" || exact === "fences")
  const build = [exact, ...more].find(isThere) ?? exact
  return (compiled[build] ??= new WebAssembly.Module(bytesOf(build)))
}

function isThere(build: Build): boolean {
  return compiled[build] !== undefined || isProvided(build)
}

/** What a new heap is to carry: all families, unless this program has a smaller build only, or none: then the smallest is to be imported. */
export function familiesHere(kind: EngineKind, flavour: Flavour): Families {
  if (kind === "js" || flavour === "checked" || isThere("release")) return "all"
  return isThere("sync") ? "sync" : "fences"
}

/** Uses a module that another thread compiled. */
export function adopt(flavour: Flavour, families: Families, module: WebAssemblyModule): void {
  compiled[buildOf(flavour, families)] ??= module
}

/** Uses another build of the engine, in base64, if none of its flavour is in use yet. */
export function adoptBuild(flavour: Flavour, build: string): void {
  adopt(flavour, "all", new WebAssembly.Module(decodeBase64(build)))
}

/** One instance of the engine over a memory, with its own host. */
export function instantiate(
  kind: EngineKind,
  flavour: Flavour,
  families: Families,
  memory: WebAssemblyMemory,
  host: EngineHost,
  substitute?: { readonly factory?: EngineFactory | undefined; readonly atomics?: typeof Atomics | undefined },
): Engine {
  const engine = exportsOf()
  return families === "all" ? engine : only(families, engine)

  function exportsOf(): Engine {
    if (kind === "js") {
      const factory = substitute?.factory ?? factoryOf(flavour)
      return factory(memory, host, substitute?.atomics).exports as unknown as Engine
    }
    const imports = { env: { memory }, host: host as unknown as WebAssembly.ModuleImports }
    return new WebAssembly.Instance(compile(flavour, families), imports).exports as unknown as Engine
  }
}

/** Whether WebAssembly may be compiled here: a page's policy can forbid it. */
export function mayCompile(): boolean {
  try {
    return new WebAssembly.Module(EMPTY_MODULE) instanceof WebAssembly.Module
  } catch {
    return false
  }
}

/** The smallest module: its magic number and version. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
}

/** For engine functions that ask nothing of their host. */
export const NO_HOST: EngineHost = {
  call: () => 0,
  oops: () => {},
  warn: () => {},
  park: () => {},
  now: () => {},
  place: () => {},
  stall: () => {},
  turn: () => {},
}
