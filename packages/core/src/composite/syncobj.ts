/** Places for fences that may not be there yet, and timelines of points: `drm_syncobj`. */
import { ObjectType, Thread as ThreadRecord } from "../../built/layout.js"
import { errnoError } from "../errors.js"
import type { Fence } from "../fence/fence.js"
import { addressIn, lowWord } from "./fence-array.js"
import { merge } from "./merge.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "./shared-object.js"
import { SyncFile } from "./sync-file.js"
import {
  type SubmissionOptions,
  type SyncobjPoint,
  type SyncobjWaitOptions,
  waitForSyncobjs,
  waitForSyncobjsSync,
} from "./syncobj-wait.js"
import type { Thread } from "../heap/thread.js"
import { readWide } from "../fence/timeline.js"

/**
 * Holds one fence, or none yet, or the points of a timeline; any thread may replace it, signal it, wait for it.
 * @example
 * using done = Syncobj.create(thread)
 * worker.postMessage(done.share()) // the worker does done.replaceFence(fence)
 * await done.wait({ forSubmit: true })
 */
export class Syncobj extends ObjectHandle {
  protected readonly what = "syncobj"

  /** An empty one, or one that is complete. @throws HeapError FULL */
  static create(thread: Thread, { signaled = false } = {}): Syncobj {
    const attempt = () => thread.engine.createSyncobj(thread.record, signaled ? 1 : 0)
    const address = attempt() || thread.afterMakingRoom(attempt)
    if (address === 0) throw thread.heap.fullError("objects")
    return new Syncobj(thread, address)
  }

  /** The syncobj that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN */
  static open(thread: Thread, token: SharedObjectToken): Syncobj {
    return new Syncobj(thread, openObject(thread, token, "syncobj", ObjectType.Syncobj))
  }

  /** Another handle, with a reference of its own. */
  addRef(): Syncobj {
    this.thread.engine.addObjectRef(this.address)
    return new Syncobj(this.thread, this.address)
  }

  /** Sleeps until each of several is complete, or any: at which index. @throws as `waitSync` */
  static waitSync(points: readonly SyncobjPoint[], options: SyncobjWaitOptions = {}): number {
    return waitForSyncobjsSync(points, options)
  }

  /** The same as a promise. */
  static wait(points: readonly SyncobjPoint[], options: SyncobjWaitOptions = {}): Promise<number> {
    return waitForSyncobjs(points, options)
  }

  /** Puts a fence in the place (a reference of its own), or takes away what is there. Who waits keeps what it found. */
  replaceFence(fence: Fence | undefined): void {
    const { engine, record } = this.thread
    const address = fence ? addressIn(this.thread, fence) : 0
    const here = this.address
    if (address !== 0) engine.addRef(address)
    engine.replaceFence(record, here, address)
    this.thread.rethrow()
  }

  /** Takes away what is there. */
  reset(): void {
    this.replaceFence(undefined)
  }

  /** Adds a point that stands for this fence, on top of all that are there. A point that is not above the last restarts the timeline. @throws RangeError, HeapError FULL */
  addPoint(point: bigint, fence: Fence): void {
    checkPoint(point)
    if (fence.kind === "chain") throw errnoError("EINVAL", "Cannot add a chain as a point: its fences, or a merge")
    const { engine, heap, record } = this.thread
    const [here, address] = [this.address, addressIn(this.thread, fence)]
    const attempt = () => engine.addPoint(record, here, address, lowWord(point), lowWord(point >> 32n))
    const added = attempt() || this.thread.afterMakingRoom(attempt)
    this.thread.rethrow()
    if (added === 0) throw heap.fullError("containers")
  }

  /** Completes it, or this point of its timeline. */
  signal(point = 0n): void {
    using stub = this.thread.stub()
    if (point === 0n) this.replaceFence(stub)
    else this.addPoint(point, stub)
  }

  /** The last point that is complete, or that was submitted; 0 for what is no timeline. */
  query({ lastSubmitted = false } = {}): bigint {
    const { engine, heap, record } = this.thread
    engine.queryPoint(record, this.address, lastSubmitted ? 1 : 0)
    this.thread.rethrow()
    return readWide(heap.word(record + ThreadRecord.nowLo), heap.word(record + ThreadRecord.nowHi))
  }

  /** The fence there is now, or that a point stands for. @throws FenceError EINVAL when there is none */
  exportFence(point = 0n): Fence {
    const address = this.findFence(point)
    if (address === 0) throw errnoError("EINVAL", `Cannot export point ${point}: nothing was submitted for it`)
    return this.thread.handle(address)
  }

  /** A snapshot of that in a sync file. @throws FenceError EINVAL when there is none, HeapError FULL */
  exportSyncFile(point = 0n): SyncFile {
    using fence = this.exportFence(point)
    return SyncFile.create(this.thread, fence)
  }

  /** Puts what a sync file holds in the place, or at a point. */
  importSyncFile(file: SyncFile, point = 0n): void {
    using fence = file.fence()
    this.#put(point, fence)
  }

  /** Lets a point here (0: the place) stand for what a point of another stands for now. @throws FenceError EINVAL, ETIME, HeapError FULL */
  transferFrom(
    source: Syncobj,
    points: { readonly from?: bigint; readonly to?: bigint } = {},
    options: SubmissionOptions = {},
  ): void {
    const { from = 0n, to = 0n } = points
    if (options.forSubmit) waitForSyncobjsSync([{ syncobj: source, point: from }], { ...options, available: true })
    using fence = source.exportFence(from)
    this.#put(to, fence)
  }

  /** Sleeps until it, or a point of its, is complete. @throws FenceError EINVAL when nothing was submitted, ETIME */
  waitSync(options: SyncobjWaitOptions & { readonly point?: bigint } = {}): void {
    waitForSyncobjsSync([{ syncobj: this, point: options.point ?? 0n }], options)
  }

  /** The same as a promise. */
  async wait(options: SyncobjWaitOptions & { readonly point?: bigint } = {}): Promise<void> {
    await waitForSyncobjs([{ syncobj: this, point: options.point ?? 0n }], options)
  }

  /** @internal The fence at a point, with a reference; 0 if there is none. */
  findFence(point: bigint): number {
    checkPoint(point)
    const found = this.thread.engine.fenceAt(this.thread.record, this.address, lowWord(point), lowWord(point >> 32n))
    this.thread.rethrow()
    return found
  }

  /** A chain is taken apart first: a point stands for one fence. */
  #put(point: bigint, fence: Fence): void {
    if (point === 0n) return this.replaceFence(fence)
    using flat = fence.kind === "chain" ? merge(this.thread, [fence]) : fence.addRef()
    this.addPoint(point, flat)
  }
}

/** @throws RangeError for what is no unsigned number of 64 bits */
function checkPoint(point: bigint): void {
  if (typeof point !== "bigint" || point < 0n || point >> 64n !== 0n)
    throw new RangeError(`Cannot use ${String(point)} as a point: an unsigned number of 64 bits is needed, as a bigint`)
}
