/** Timelines: an issuer's queues. Fences of one timeline have one context and rising seqnos. */
import { Record as RecordWords, Timeline as TimelineRecord } from "../../built/layout.js"
import { FenceError } from "../errors.js"
import { Fence } from "./fence.js"
import type { Module } from "./module.js"

/** How a timeline's fences are guarded and counted. */
export interface TimelineOptions {
  /** `inline`: each fence has its lock. `external`: they share one. Default: as the heap was created. */
  readonly lock?: "inline" | "external"
  /** Whether seqnos have 64 bits; 32-bit ones may wrap. Default false. */
  readonly seqno64?: boolean
}

/**
 * Makes fences. Keeps its module loaded until it is closed.
 * @example
 * using render = thread.load(gpu).timeline("render")
 * using fence = render.fence()
 */
export class Timeline {
  readonly module: Module
  readonly #generation: number
  #address: number

  /** @internal Takes over a module reference. Use `module.timeline`. */
  constructor(module: Module, address: number) {
    this.module = module
    this.#address = address
    this.#generation = module.thread.heap.word(address + RecordWords.generation)
  }

  /** Address of the record, for the unhandled layer. @throws FenceError STALE when closed */
  get address(): number {
    if (this.#address === 0)
      throw new FenceError("STALE", `Cannot use timeline of module "${this.module.name}": it is closed`)
    return this.#address
  }

  /** The context of its fences. */
  get context(): bigint {
    const { heap } = this.module.thread
    return readWide(
      heap.word(this.address + TimelineRecord.contextLo),
      heap.word(this.address + TimelineRecord.contextHi),
    )
  }

  /** A new fence with the next seqno, or the given one. The caller holds the one reference. @throws HeapError FULL */
  fence(seqno?: bigint): Fence {
    const { thread } = this.module
    if (seqno === undefined) return new Fence(thread, thread.createFence(this.address))
    const lo = Number(BigInt.asIntN(32, seqno))
    const hi = Number(BigInt.asIntN(32, seqno >> 32n))
    return new Fence(thread, thread.createFence(this.address, lo, hi))
  }

  /** Whether this timeline's record is still the one that was opened. */
  get isLive(): boolean {
    return (
      this.#address !== 0 && this.module.thread.heap.word(this.#address + RecordWords.generation) === this.#generation
    )
  }

  /** Gives the module's reference back. Its fences stay as they are. */
  close(): void {
    if (this.#address === 0) return
    this.#address = 0
    this.module.dropRef()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Two words as one unsigned number. */
export function readWide(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)
}
