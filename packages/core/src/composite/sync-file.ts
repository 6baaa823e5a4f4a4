/** A fence that can be named, handed on and asked: `sync_file`. */
import { Fence as FenceRecord, ObjectType, SyncFile as Words } from "../../built/layout.js"
import type { Fence, FenceCallback } from "../fence/fence.js"
import { addressIn } from "./fence-array.js"
import { merge, unwrap } from "./merge.js"
import { type Reservation, Usage, usageOf } from "./reservation.js"
import { checkName, readName, writeName } from "../name.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "./shared-object.js"
import type { Thread } from "../heap/thread.js"
import { type AsyncWaitOptions, type WaitOptions, type WaitOutcome, waitAny, waitAnySync } from "../fence/wait.js"

/** What is known of one fence in a sync file. */
export interface SyncFenceInfo {
  readonly driverName: string
  readonly timelineName: string
  /** 0 while pending, 1 when complete, a negative error number when complete with an error. */
  readonly status: number
  /** When it was signaled, in nanoseconds since 1970; undefined while pending, or when nobody asked for timestamps. */
  readonly timestampNs: bigint | undefined
}

/** What is known of a sync file. */
export interface SyncFileInfo {
  readonly name: string
  /** 0 while any fence is pending, 1 when all are complete, a negative error number when it completed with an error. */
  readonly status: number
  readonly fences: readonly SyncFenceInfo[]
}

/**
 * One fence, or several merged into one, under a name.
 * @example
 * using file = SyncFile.create(thread, fence, "frame 12")
 * worker.postMessage(file.share())
 */
export class SyncFile extends ObjectHandle {
  protected readonly what = "sync file"
  readonly #fence: Fence

  private constructor(thread: Thread, address: number) {
    super(thread, address)
    const fence = thread.heap.word(address + Words.fence)
    thread.engine.addRef(fence)
    this.#fence = thread.handle(fence)
  }

  /** Takes a reference of its own. Without a name it is called after its fence. @throws HeapError FULL, RangeError for a name that is too long */
  static create(thread: Thread, fence: Fence, name = ""): SyncFile {
    checkName(name)
    const held = addressIn(thread, fence)
    const attempt = () => thread.engine.createSyncFile(thread.record, held)
    const address = attempt() || thread.afterMakingRoom(attempt)
    if (address === 0) throw thread.heap.fullError("objects")
    writeName(thread.words, address + Words.name, name)
    return new SyncFile(thread, address)
  }

  /** The sync file that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN */
  static open(thread: Thread, token: SharedObjectToken): SyncFile {
    return new SyncFile(thread, openObject(thread, token, "sync file", ObjectType.SyncFile))
  }

  /**
   * A snapshot of what one must wait for before using a buffer so: a reader for its writers, a writer for everybody.
   * What is added to the reservation later is not in it. `DMA_BUF_IOCTL_EXPORT_SYNC_FILE`. @throws HeapError FULL
   */
  static exportFrom(reservation: Reservation, access: "read" | "write"): SyncFile {
    using fence = reservation.getSingleton(usageOf(access)) ?? reservation.thread.stub()
    return SyncFile.create(reservation.thread, fence)
  }

  /** Lets a reservation's users wait for this, as for a reader or a writer. `DMA_BUF_IOCTL_IMPORT_SYNC_FILE`. @throws HeapError FULL */
  importInto(reservation: Reservation, access: "read" | "write"): void {
    void this.address
    const leaves = [...unwrap(this.#fence)]
    try {
      reservation.locked(() => {
        if (leaves.length > 0) reservation.reserve(leaves.length)
        for (const leaf of leaves) reservation.add(leaf, access === "write" ? Usage.Write : Usage.Read)
      })
    } finally {
      for (const leaf of leaves) leaf.drop()
    }
  }

  /** A new sync file over the fences of both. @throws HeapError FULL */
  merge(other: SyncFile, name = ""): SyncFile {
    using fence = merge(this.thread, [this.#fence, other.#fence])
    return SyncFile.create(this.thread, fence, name)
  }

  /** Its fence, as a handle of the caller's own. */
  fence(): Fence {
    void this.address
    return this.#fence.addRef()
  }

  /** The name it was given, or "driver-timelinecontext-seqno". */
  get name(): string {
    const given = readName(this.thread.words, this.address + Words.name)
    if (given) return given
    const fence = this.#fence
    return `${fence.driverName()}-${fence.timelineName()}${fence.context}-${fence.seqno}`
  }

  /** Name, status, and each fence it is made of. May ask issuers. */
  info(): SyncFileInfo {
    const fences: SyncFenceInfo[] = []
    for (const fence of unwrap(this.#fence)) {
      using leaf = fence
      const [driverName, timelineName] = [leaf.driverName(), leaf.timelineName()]
      fences.push({ driverName, timelineName, status: leaf.status(), timestampNs: leaf.timestampNs })
    }
    return { name: this.name, status: this.#fence.status(), fences }
  }

  /** Whether it is complete; the first time it makes sure that this will be noticed. */
  poll(): boolean {
    void this.address
    return !this.#fence.enableSignaling()
  }

  /** Calls a function in this thread once it is complete; "already-signaled" if it is, and then never. @throws HeapError FULL */
  onSignaled(body: () => void): FenceCallback | "already-signaled" {
    void this.address
    return this.#fence.addCallback(body)
  }

  /** Tells the issuers by when somebody would like it, in nanoseconds since 1970. */
  setDeadline(atNs: bigint): void {
    void this.address
    this.#fence.setDeadline(atNs)
  }

  /** Sleeps until it is complete. Whether with an error, `info()` tells. */
  waitSync(options: WaitOptions = {}): WaitOutcome {
    void this.address
    return waitAnySync([this.#fence], options).outcome
  }

  /** The same as a promise. */
  async wait(options: AsyncWaitOptions = {}): Promise<WaitOutcome> {
    void this.address
    return (await waitAny([this.#fence], options)).outcome
  }

  /** The error it completed with, or 0. */
  get error(): number {
    return this.#fence.hasSignaled() ? this.thread.heap.word(this.#fence.address + FenceRecord.error) : 0
  }

  override drop(): void {
    super.drop()
    this.#fence.drop()
  }
}
