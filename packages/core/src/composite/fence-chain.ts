/** The points of a timeline, each resting on those before. */
import { ChainBody, Fence as FenceRecord } from "../../built/layout.js"
import { errnoError } from "../errors.js"
import { Fence } from "../fence/fence.js"
import { addressIn, lowWord } from "./fence-array.js"
import type { Thread } from "../heap/thread.js"
import { readWide } from "../fence/timeline.js"

/** What a link is made of. */
export interface ChainLink {
  /** The fence, or the link, before. */
  readonly previous?: Fence | undefined
  /** What this point adds. Not a chain. */
  readonly fence: Fence
  readonly seqno: bigint
}

/**
 * A link: complete when its own fence and all links before it are. `dma_fence_chain`.
 * @example
 * using first = FenceChain.create(thread, { fence: upload, seqno: 1n })
 * using second = FenceChain.create(thread, { previous: first, fence: render, seqno: 2n })
 */
export class FenceChain extends Fence {
  /** Takes references of its own. A seqno that is not above the previous link's begins a new context. @throws FenceError EINVAL, HeapError FULL */
  static create(thread: Thread, { previous, fence, seqno }: ChainLink): FenceChain {
    if (fence.kind === "chain") throw errnoError("EINVAL", "Cannot put a chain into a chain: only before it")
    const { engine, record, heap } = thread
    const before = previous ? addressIn(thread, previous) : 0
    const contained = addressIn(thread, fence)
    if (before !== 0) engine.addRef(before)
    engine.addRef(contained)
    const attempt = () => engine.createChain(record, before, contained, lowWord(seqno), lowWord(seqno >> 32n))
    const address = attempt() || thread.afterMakingRoom(attempt)
    if (address !== 0) return new FenceChain(thread, address)
    if (before !== 0) engine.dropRef(record, before)
    engine.dropRef(record, contained)
    throw heap.fullError("containers")
  }

  /** @throws FenceError EINVAL: a chain completes with what it is made of */
  protected override assertIssued(): void {
    throw errnoError("EINVAL", "Cannot signal a chain: it completes with what it is made of")
  }

  /** The fence that this link adds. */
  get contained(): Fence {
    const { engine } = this.thread
    const address = engine.containedFence(this.address)
    engine.addRef(address)
    return this.thread.handle(address)
  }

  /** Seqno of the link before, as it was when this one was made; 0 for the first of its context. */
  get previousSeqno(): bigint {
    const { heap } = this.thread
    const body = heap.word(this.address + FenceRecord.user)
    return readWide(heap.word(body + ChainBody.previousSeqnoLo), heap.word(body + ChainBody.previousSeqnoHi))
  }

  /** The link (or fence) before this one that is pending. Takes complete links out on its way. */
  walk(): Fence | undefined {
    const { engine, record } = this.thread
    const address = this.address
    engine.addRef(address)
    const found = engine.walkChain(record, address)
    this.thread.rethrow()
    return found === 0 ? undefined : this.thread.handle(found)
  }

  /**
   * The link on which everything up to this seqno depends; undefined when all that is complete. For seqno 0 the link
   * itself. @throws FenceError EINVAL when the chain has not come so far
   */
  findSeqno(seqno: bigint): Fence | undefined {
    const { engine, record } = this.thread
    const address = this.address
    engine.addRef(address)
    const found = engine.findSeqno(record, address, lowWord(seqno), lowWord(seqno >> 32n))
    this.thread.rethrow()
    if (found > 0) return this.thread.handle(found)
    if (found === 0) return undefined
    engine.dropRef(record, address)
    throw errnoError("EINVAL", `Cannot find seqno ${seqno}: the chain ends at ${this.seqno}`)
  }
}
