/** Timelines: an issuer's queues. Fences of one timeline have one context and rising seqnos. */
import { dispose } from "../dispose.js"
import { Fence as FenceRecord, Flag, Record as RecordWords, Timeline as TimelineRecord } from "../../built/layout.js"
import { overBy, synchronous } from "../entrance/functions.js"
import { wideNumber } from "../entrance/numbers.js"
import { highWord, lowWord, readWide } from "../entrance/wide.js"
import { FenceError, runAll, withCleanup } from "../errors.js"
import { scopeOops } from "../host/oops.js"
import { issuerParts } from "../issuer/parts.js"
import type { SharedLock } from "../issuer/shared-lock.js"
import type { Seat } from "../seat/seat.js"
import { Fence, checkErrno } from "./fence.js"
import { MADE, refuseMaking } from "../seat/made.js"
import { INSPECT, addressOf, shown } from "../seat/shown.js"

/** How a timeline's fences are guarded and counted. */
export interface TimelineOptions {
  /**
   * `inline`: each fence has its lock. `external`: they share one. A lock: they share that with the fences of the other timelines
   * that have it. Default: as the heap was created.
   */
  readonly lock?: "inline" | "external" | SharedLock
  /** Whether seqnos have 64 bits; 32-bit ones may wrap. Default false. */
  readonly seqno64?: boolean
  /**
   * Whether its fences come from a slab that goes with the module. An unload while one of them is in use is an oops
   * (SLAB_NOT_EMPTY), also if it only waits to be given back: `thread.barrier()` first, in `teardown`. Default false.
   */
  readonly slab?: boolean
}

/** What a timeline needs of the module that it belongs to. */
export interface Issuer {
  readonly thread: Seat
  readonly name: string
  timeline(name: string, options?: TimelineOptions): Timeline
  /** @internal Gives back the reference by which a timeline keeps its module loaded. */
  releaseTimeline(timeline: number): void
}

/** The largest seqno of 32 bits. */
const LARGEST_SHORT = 0xffff_ffffn

/**
 * Makes fences. Keeps its module loaded until it is closed.
 * @example
 * using render = thread.load(gpu).timeline("render")
 * using fence = render.fence()
 */
export class Timeline {
  readonly module: Issuer
  readonly #thread: Seat
  readonly #generation: number
  #address: number

  /** @internal Takes over a module reference. Use `module.timeline`. */
  constructor(key: typeof MADE, module: Issuer, address: number) {
    if (key !== MADE) refuseMaking("a timeline", "module.timeline()")
    this.module = module
    this.#thread = module.thread
    this.#address = address
    this.#generation = module.thread.heap.word(address + RecordWords.generation)
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return shown(this, addressOf(this), this.#thread)
  }

  /** Address of the record, for the raw engine API. @throws FenceError STALE when closed, or when its module has gone */
  get address(): number {
    if (this.isLive) return this.#address
    const how = this.#address === 0 ? "it is closed" : "its module has gone"
    throw new FenceError("STALE", `Cannot use timeline of module "${this.module.name}": ${how}`)
  }

  /** The context of its fences. */
  get context(): bigint {
    const { heap } = this.#thread
    const { address } = this
    void this.#thread.record
    return readWide(heap.word(address + TimelineRecord.contextLo), heap.word(address + TimelineRecord.contextHi))
  }

  /** The lock that its fences share; undefined when each has its own. @throws FenceError STALE; HeapError NOT_IMPORTED in a page that has not imported "@outlive/core/all" */
  get sharedLock(): SharedLock | undefined {
    const token = this.#thread.heap.word(this.address + TimelineRecord.lock)
    return token === 0 ? undefined : issuerParts().sharedLockOn(this.#thread, token)
  }

  /**
   * A new fence with the next seqno, or the given one. The caller holds the one reference.
   * @throws HeapError FULL; FenceError STALE; RangeError for a seqno that the timeline's width does not hold
   */
  fence(seqno?: bigint): Fence {
    const thread = this.#thread
    const { engine, record } = thread
    const { address } = this
    if (seqno === undefined)
      return new Fence(
        MADE,
        thread,
        engine.createFence(record, address) || thread.make("fences", () => engine.createFence(record, address)),
      )
    const wide = this.#checkSeqno(seqno)
    return new Fence(
      MADE,
      thread,
      thread.make("fences", () => engine.createFenceAt(record, address, lowWord(wide), highWord(wide))),
    )
  }

  /**
   * A fence for the length of a call, which nobody else may have any more when that returns: one in the caller's frame. It is
   * lent to `body`, which hands it to whoever completes it and waits until that has let go of it: with the flag alone the
   * completer may still be at it. Its lock is taken once at the end, so a completer who lets go under the lock is out by then.
   * @throws OopsError SCOPE_OUTLIVED in the checked flavour while somebody else holds it (in release it stays theirs);
   * TypeError for an async function; what `body` throws; else as `fence`
   */
  scoped<T>(body: (fence: Fence) => T, seqno?: bigint): T {
    synchronous("a scope", body)
    const fence = this.fence(seqno)
    return withCleanup(
      () => overBy("a scope", Fence.lend(this.#thread, fence.address, body)),
      () => this.#endScope(fence),
    )
  }

  #endScope(fence: Fence): void {
    const thread = this.#thread
    if (!thread.isAttached) return fence.drop()
    withCleanup(
      () => {
        fence.locked(() => {})
        // What nobody else holds nobody can come to hold: the count only falls, and 1 is final.
        const others = thread.heap.word(fence.address + FenceRecord.refs) - 1
        if (thread.isChecked && others > 0) throw scopeOops(thread.name, fence.address, fence.describe(), others)
      },
      () => fence.drop(),
    )
  }

  /**
   * Completes everything that is pending on this timeline with an error, in order of seqno: for an issuer whose hardware has
   * gone. Returns how many that were; what is made meanwhile does not count. @throws RangeError
   */
  kill(errno: number): number {
    checkErrno(errno)
    const { engine, ask, record } = this.#thread
    const pending = this.#pending()
    let killed = 0
    const end = ({ address }: Fence) => {
      engine.setError(record, address, errno)
      killed += this.#thread.told(ask.signal(record, address), (won) => void (killed += won))
    }
    runAll(pending.flatMap((fence) => [() => end(fence), () => fence.drop()]))
    return killed
  }

  /** All that is pending on it, in order, with references. */
  #pending(): Fence[] {
    const thread = this.#thread
    const { ask, engine, record } = thread
    const { address } = this
    const found: Fence[] = []
    try {
      for (let at = 0; ; found.push(new Fence(MADE, thread, at))) {
        at = thread.told(ask.nextPending(record, address, at), (held) => thread.dropFence(held))
        if (at === 0) break
      }
    } catch (error) {
      for (const fence of found) fence.drop()
      throw error
    }
    // Seqnos of 32 bits may have wrapped: the later one is what the engine says.
    return found.sort((a, b) => (engine.isLater(a.address, b.address) === 1 ? 1 : -1))
  }

  /** Whether this timeline's record is still the one that was opened. */
  get isLive(): boolean {
    return this.#address !== 0 && this.#thread.heap.word(this.#address + RecordWords.generation) === this.#generation
  }

  /** Gives the module's reference back. Its fences stay as they are. Idempotent. */
  close(): void {
    const { isLive } = this
    const address = this.#address
    this.#address = 0
    if (isLive) this.module.releaseTimeline(address)
  }

  [dispose](): void {
    this.close()
  }

  #checkSeqno(seqno: bigint): bigint {
    wideNumber("a seqno", seqno)
    const flags = this.#thread.heap.word(this.#address + TimelineRecord.fenceFlags)
    if (seqno <= LARGEST_SHORT || (flags & Flag.Seqno64) !== 0) return seqno
    throw new RangeError(`Cannot use ${seqno} as a seqno: this timeline has 32 bits; open it with { seqno64: true }`)
  }
}
