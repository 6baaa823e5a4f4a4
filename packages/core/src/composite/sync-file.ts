/** A fence that can be named, handed on and asked: `sync_file`. */
import { Fence as FenceRecord, ObjectType, SyncFile as Words } from "../../built/layout.js"
import { type AsyncWaitOptions, Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { show } from "../entrance/numbers.js"
import { text } from "../entrance/words.js"
import { runAll } from "../errors.js"
import { Fence, type FenceCallback, fenceIn } from "../fence/fence.js"
import { AnyComplete } from "../fence/fence-conditions.js"
import type { WaitOutcome } from "../fence/outcome.js"
import { checkName, readName, writeName } from "../name.js"
import { assertSeat } from "../seat/assert-seat.js"
import { addressIn } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"
import { promised, promiseUntil } from "../waiting/promise.js"
import { sleepUntil } from "../waiting/sleep.js"
import { handleOn } from "../fence/handle-on.js"
import { merge, unwrap } from "./merge.js"
import { type AccessWord, Reservation, isWriting, usageOf } from "./reservation.js"
import { Usage } from "./reservation-walk.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "./shared-object.js"
import { MADE } from "../seat/made.js"

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
  /**
   * 1 when all fences are complete; else what the first says that is not: 0 for pending, or its error. So an error shows while
   * others after it are pending, as in the kernel.
   */
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
  protected override get what(): string {
    return "sync file"
  }

  readonly #fence: Fence

  /** @internal Takes over a reference. Use `SyncFile.create`. */
  constructor(key: typeof MADE, thread: Seat, address: number) {
    super(key, thread, address)
    const fence = thread.heap.word(address + Words.fence)
    thread.engine.addRef(fence)
    this.#fence = handleOn(thread, fence)
  }

  /** Takes a reference of its own. Without a name it is called after its fence. @throws HeapError FULL, RangeError for a name that is too long */
  static create(thread: Seat, fence: Fence, name = ""): SyncFile {
    assertSeat(thread)
    checkName(text("the name of a sync file", name))
    const held = fenceIn(thread, fence)
    const address = thread.make("objects", () => thread.engine.createSyncFile(thread.record, held))
    writeName(thread.words, address + Words.name, name)
    return new SyncFile(MADE, thread, address)
  }

  /** The sync file that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<SyncFile>): SyncFile {
    return new SyncFile(MADE, thread, openObject(thread, token, "sync file", ObjectType.SyncFile))
  }

  /**
   * A snapshot of what one must wait for before using a buffer so: a reader for its writers, a writer for everybody.
   * What is added to the reservation later is not in it. `DMA_BUF_IOCTL_EXPORT_SYNC_FILE`. @throws HeapError FULL
   */
  static exportFrom(reservation: Reservation, access: AccessWord): SyncFile {
    if (!(reservation instanceof Reservation)) throw new TypeError(`Cannot use ${show(reservation)} as a reservation`)
    const { thread } = reservation
    using fence = reservation.getSingleton(usageOf(access)) ?? new Fence(MADE, thread, thread.addStub())
    return SyncFile.create(thread, fence)
  }

  /** Lets a reservation's users wait for this, as for a reader, or for whoever writes. `DMA_BUF_IOCTL_IMPORT_SYNC_FILE`. @throws HeapError FULL */
  importInto(reservation: Reservation, access: AccessWord): void {
    void this.readable
    addressIn(this.thread, reservation, "reservation", Reservation)
    const usage = isWriting(access) ? Usage.Write : Usage.Read
    const leaves = [...unwrap(this.#fence)]
    try {
      reservation.locked(() => {
        if (leaves.length > 0) reservation.reserve(leaves.length)
        for (const leaf of leaves) reservation.add(leaf, usage)
      })
    } finally {
      runAll(leaves.map((leaf) => () => leaf.drop()))
    }
  }

  /** A new sync file over the fences of both. @throws HeapError FULL */
  merge(other: SyncFile, name = ""): SyncFile {
    void this.readable
    addressIn(this.thread, other, "sync file", SyncFile)
    using fence = merge(this.thread, [this.#fence, other.#fence])
    return SyncFile.create(this.thread, fence, name)
  }

  /** Its fence, as a handle of the caller's own. */
  fence(): Fence {
    void this.readable
    return this.#fence.addRef()
  }

  /** The name it was given, or "driver-timelinecontext-seqno". */
  get name(): string {
    const given = readName(this.thread.words, this.readable + Words.name)
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
      const status = leaf.status()
      fences.push({ driverName, timelineName, status, timestampNs: status === 0 ? undefined : leaf.timestampNs })
    }
    return { name: this.name, status: firstIncomplete(fences.map(({ status }) => status)), fences }
  }

  /** Whether it is complete; makes sure that this will be noticed, and asks the issuer. */
  poll(): boolean {
    void this.readable
    return !this.#fence.enableSignaling() || this.#fence.isSignaled()
  }

  /** Calls a function in this thread once it is complete; "already-signaled" if it is, and then never. @throws HeapError FULL */
  onSignaled(body: () => void): FenceCallback | "already-signaled" {
    void this.readable
    return this.#fence.addCallback(body)
  }

  /** Tells the issuers by when somebody would like it, in nanoseconds since 1970. */
  setDeadline(atNs: bigint): void {
    void this.readable
    this.#fence.setDeadline(atNs)
  }

  /** Sleeps until it is complete. Whether with an error, `info()` tells. */
  waitSync(options: WaitOptions = {}): WaitOutcome {
    const limit = new Limit(options)
    void this.readable
    return sleepUntil(this.thread, new AnyComplete(this.thread, [this.#fence.address]), limit).outcome
  }

  /** The same as a promise. */
  wait(options: AsyncWaitOptions = {}): Promise<WaitOutcome> {
    return promised(async () => {
      const [limit, signal] = [new Limit(options), abortSignal(options)]
      void this.readable
      const complete = new AnyComplete(this.thread, [this.#fence.address])
      return (await promiseUntil(this.thread, complete, limit, signal)).outcome
    })
  }

  /** The error it completed with, or 0. */
  get error(): number {
    void this.readable
    return this.#fence.hasSignaled() ? this.thread.heap.word(this.#fence.address + FenceRecord.error) : 0
  }

  override drop(): void {
    runAll([() => super.drop(), () => this.#fence.drop()])
  }
}

/** The status of a fence and what it is made of, as of a sync file over it. May ask issuers. */
export function statusOf(fence: Fence): number {
  const statuses: number[] = []
  for (const part of unwrap(fence)) {
    using leaf = part
    statuses.push(leaf.status())
  }
  return firstIncomplete(statuses)
}

/** SYNC_IOC_FILE_INFO: an error, or "pending", stays; 1 gives way to what comes after it. */
function firstIncomplete(statuses: readonly number[]): number {
  return statuses.find((status) => status !== 1) ?? 1
}
