/** Places for fences that may not be there yet, and timelines of points: `drm_syncobj`. */
import { ObjectType, Thread as ThreadRecord } from "../../built/layout.js"
import { callable } from "../entrance/functions.js"
import { show, wideNumber } from "../entrance/numbers.js"
import { highWord, lowWord, readWide } from "../entrance/wide.js"
import { given, listOf, optionsOf, trueOrFalse } from "../entrance/words.js"
import { errnoError } from "../errors.js"
import { Fence, type FenceCallback, fenceIn } from "../fence/fence.js"
import { lackOf } from "../seat/lacking.js"
import { assertSeat } from "../seat/assert-seat.js"
import { addressIn } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"
import { promised } from "../waiting/promise.js"
import { handleOn } from "../fence/handle-on.js"
import { merge } from "./merge.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "./shared-object.js"
import { SyncFile, statusOf } from "./sync-file.js"
import { type PointAddress, findFence } from "./submission.js"
import {
  type SubmissionOptions,
  type SyncobjWaitOptions,
  awaitFence,
  awaitFenceSync,
  callWhenThere,
  waitForSyncobjs,
  waitForSyncobjsSync,
} from "./syncobj-wait.js"
import { MADE } from "../seat/made.js"

/** A syncobj, or a point of its timeline (0: the place itself). */
export interface SyncobjPoint {
  readonly syncobj: Syncobj
  readonly point?: bigint
}

/** What is transferred, and to where: points, or 0 for the place itself. */
export interface TransferPoints {
  readonly from?: bigint
  readonly to?: bigint
}

/** When a callback on a syncobj is called. */
export interface SyncobjCallbackOptions {
  /** A point of its timeline; 0, or none, for the place itself. */
  readonly point?: bigint
  /** As soon as something was submitted, complete or not. */
  readonly available?: boolean
  /** Told to the issuer of what is found, in nanoseconds since 1970. */
  readonly deadlineNs?: bigint
}

/**
 * Holds one fence, or none yet, or the points of a timeline; any thread may replace it, signal it, wait for it.
 * @example
 * using done = Syncobj.create(thread)
 * worker.postMessage(done.share()) // the worker does done.replaceFence(fence)
 * await done.wait({ forSubmit: true })
 */
export class Syncobj extends ObjectHandle {
  protected override get what(): string {
    return "syncobj"
  }

  /** An empty one, or one that is complete. @throws HeapError FULL */
  static create(thread: Seat, options: { readonly signaled?: boolean } = {}): Syncobj {
    assertSeat(thread)
    const { signaled = false } = optionsOf("a syncobj", options)
    trueOrFalse("signaled", signaled)
    const create = () => thread.engine.createSyncobj(thread.record, signaled ? 1 : 0)
    return new Syncobj(MADE, thread, thread.make("objects", create))
  }

  /** The syncobj that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Syncobj>): Syncobj {
    return new Syncobj(MADE, thread, openObject(thread, token, "syncobj", ObjectType.Syncobj))
  }

  /** Another handle, with a reference of its own. */
  addRef(): Syncobj {
    const address = this.readable
    this.thread.engine.addObjectRef(address)
    return new Syncobj(MADE, this.thread, address)
  }

  /** Sleeps until each of several is complete, or any: at which index. @throws as `waitSync` */
  static waitSync(points: readonly SyncobjPoint[], options: SyncobjWaitOptions = {}): number {
    const { seat, addresses } = belongings(points)
    return waitForSyncobjsSync(seat, addresses, options)
  }

  /** The same as a promise. */
  static wait(points: readonly SyncobjPoint[], options: SyncobjWaitOptions = {}): Promise<number> {
    return promised(() => {
      const { seat, addresses } = belongings(points)
      return waitForSyncobjs(seat, addresses, options)
    })
  }

  /** Puts a fence in the place (a reference of its own), or takes away what is there. A waiter keeps what it found. */
  replaceFence(fence: Fence | undefined): void {
    const { thread } = this
    const here = this.address
    const address = fence === undefined ? 0 : fenceIn(thread, fence)
    if (address !== 0) thread.engine.addRef(address)
    thread.told(thread.ask.replaceFence(thread.record, here, address))
  }

  /** Takes away what is there. */
  reset(): void {
    this.replaceFence(undefined)
  }

  /** Adds a point that stands for this fence, on top of all that are there. A point that is not above the last restarts the timeline. @throws RangeError, HeapError FULL */
  addPoint(point: bigint, fence: Fence): void {
    const { thread } = this
    const here = this.address
    wideNumber("a point", point)
    const address = fenceIn(thread, fence)
    if (fence.kind === "chain")
      throw errnoError("EINVAL", "Cannot add a chain as a point: add its fences one by one, or merge(thread, [chain])")
    const add = () => thread.told(thread.ask.addPoint(thread.record, here, address, lowWord(point), highWord(point)))
    thread.make(lackOf(thread.heap, "containers", "fences"), add)
  }

  /** Completes it, or this point of its timeline. */
  signal(point = 0n): void {
    void this.address
    wideNumber("a point", point)
    using stub = new Fence(MADE, this.thread, this.thread.addStub())
    if (point === 0n) this.replaceFence(stub)
    else this.addPoint(point, stub)
  }

  /** The last point that is complete, or that was submitted; 0 for what is no timeline. */
  query(options: { readonly lastSubmitted?: boolean } = {}): bigint {
    const { thread } = this
    const here = this.address
    const { lastSubmitted = false } = optionsOf("a query", options)
    trueOrFalse("lastSubmitted", lastSubmitted)
    thread.told(thread.ask.queryPoint(thread.record, here, lastSubmitted ? 1 : 0))
    const { heap, record } = thread
    return readWide(heap.word(record + ThreadRecord.nowLo), heap.word(record + ThreadRecord.nowHi))
  }

  /** The fence there is now, or that a point stands for. @throws FenceError EINVAL when there is none */
  exportFence(point = 0n): Fence {
    const address = this.findFence(point)
    if (address === 0) throw errnoError("EINVAL", `Cannot export point ${point}: nothing was submitted for it`)
    return handleOn(this.thread, address)
  }

  /** A snapshot of that in a sync file. @throws FenceError EINVAL when there is none, HeapError FULL */
  exportSyncFile(point = 0n): SyncFile {
    using fence = this.exportFence(point)
    return SyncFile.create(this.thread, fence)
  }

  /** Puts what a sync file holds in the place, or at a point. */
  importSyncFile(file: SyncFile, point = 0n): void {
    void this.address
    wideNumber("a point", point)
    addressIn(this.thread, file, "sync file", SyncFile)
    using fence = file.fence()
    this.#put(point, fence)
  }

  /**
   * Lets a point here (0: the place) stand for what a point of another stands for. With `forSubmit` it waits until something was
   * submitted there, and takes that, whatever becomes of the place. @throws FenceError EINVAL, ETIME, HeapError FULL
   */
  transferFrom(source: Syncobj, points: TransferPoints = {}, options: SubmissionOptions = {}): void {
    const { at, to } = this.#transfer(source, points)
    using fence = handleOn(this.thread, awaitFenceSync(this.thread, at, optionsOf("a transfer", options)))
    this.#put(to, fence)
  }

  /** The same as a promise. Both handles may be dropped meanwhile. */
  transferFromAsync(
    source: Syncobj,
    points: TransferPoints = {},
    options: SubmissionOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    return promised(async () => {
      const { at, to } = this.#transfer(source, points)
      optionsOf("a transfer", options)
      using target = this.addRef()
      using fence = handleOn(this.thread, await awaitFence(this.thread, at, options))
      target.#put(to, fence)
    })
  }

  #transfer(source: Syncobj, points: TransferPoints): { at: PointAddress; to: bigint } {
    const { from = 0n, to = 0n } = optionsOf("a transfer", points)
    void this.address
    wideNumber("a point", from)
    wideNumber("a point", to)
    return { at: { syncobj: addressIn(this.thread, source, "syncobj", Syncobj), point: from }, to }
  }

  /**
   * Calls a function in this thread, once: when what stands for the place or a point is complete, or as soon as something was
   * submitted for it (`available`). The process stays alive until then; what the function throws surfaces as an uncaught
   * exception. @throws TypeError, RangeError, HeapError FULL
   */
  addCallback(body: () => void, options: SyncobjCallbackOptions = {}): FenceCallback {
    callable("a callback", body)
    const { point = 0n, available = false, deadlineNs } = optionsOf("a callback", options)
    const at = { syncobj: this.address, point: wideNumber("a point", point) }
    return callWhenThere(this.thread, at, { available, ...(deadlineNs === undefined ? {} : { deadlineNs }) }, body)
  }

  /**
   * The error with which something failed that stands for the place or a point: 0 for none, by now. In the order of
   * `SyncFile.info`. @throws FenceError EINVAL when nothing was submitted
   */
  error(point = 0n): number {
    using fence = this.exportFence(point)
    return Math.min(0, statusOf(fence))
  }

  /** Sleeps until it, or a point of its, is complete. @throws FenceError EINVAL when nothing was submitted, ETIME */
  waitSync(options: SyncobjWaitOptions & { readonly point?: bigint } = {}): void {
    Syncobj.waitSync([this.#pointIn(options)], options)
  }

  /** The same as a promise. */
  wait(options: SyncobjWaitOptions & { readonly point?: bigint } = {}): Promise<void> {
    return promised(() => Syncobj.wait([this.#pointIn(options)], options).then(() => undefined))
  }

  #pointIn(options: { readonly point?: bigint }): SyncobjPoint {
    return { syncobj: this, point: given(optionsOf("a wait", options).point, 0n) }
  }

  /** @internal The fence at a point, with a reference; 0 if there is none. */
  findFence(point: bigint): number {
    return findFence(this.thread, { syncobj: this.address, point: wideNumber("a point", point) })
  }

  /** A chain is taken apart first: a point stands for one fence. */
  #put(point: bigint, fence: Fence): void {
    if (point === 0n) return this.replaceFence(fence)
    using flat = fence.kind === "chain" ? merge(this.thread, [fence]) : fence.addRef()
    this.addPoint(point, flat)
  }
}

/** The thread that all of these belong to, and where they are. @throws TypeError; RangeError; FenceError FOREIGN, STALE */
function belongings(points: readonly SyncobjPoint[]): { seat: Seat | undefined; addresses: PointAddress[] } {
  const all = listOf("points", points)
  if (all.length === 0) return { seat: undefined, addresses: [] }
  const one: unknown = optionsOf("a point", all[0]!).syncobj
  if (!(one instanceof Syncobj)) throw new TypeError(`Cannot wait for ${show(one)}: a syncobj is needed`)
  const seat = one.thread
  void seat.record
  const addresses = all.map((entry) => {
    const { syncobj, point = 0n } = optionsOf("a point", entry)
    return { syncobj: addressIn(seat, syncobj, "syncobj", Syncobj), point: wideNumber("a point", point) }
  })
  return { seat, addresses }
}
