/** The points of a timeline, each resting on those before. */
import { ChainBody, Fence as FenceRecord } from "../../built/layout.js"
import { wideNumber } from "../entrance/numbers.js"
import { highWord, lowWord, readWide } from "../entrance/wide.js"
import { optionsOf } from "../entrance/words.js"
import { errnoError, runAll } from "../errors.js"
import { Fence, fenceIn } from "../fence/fence.js"
import { handleOn } from "../fence/handle-on.js"
import { lackOf } from "../seat/lacking.js"
import { assertSeat } from "../seat/assert-seat.js"
import { type Seat, dropFence } from "../seat/seat.js"
import { MADE } from "../seat/made.js"

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
  /**
   * Takes references of its own. A seqno that is not above the previous link's begins a new context.
   * @throws FenceError EINVAL, FOREIGN, STALE; TypeError, RangeError; HeapError FULL
   */
  static create(thread: Seat, link: ChainLink): FenceChain {
    assertSeat(thread)
    const { previous, fence, seqno } = optionsOf("a chain", link)
    const { engine, record } = thread
    const before = previous === undefined ? 0 : fenceIn(thread, previous)
    const contained = fenceIn(thread, fence)
    wideNumber("a seqno", seqno)
    if (fence.kind === "chain") throw errnoError("EINVAL", "Cannot put a chain into a chain: only before it")
    if (before !== 0) engine.addRef(before)
    engine.addRef(contained)
    try {
      const create = () => engine.createChain(record, before, contained, lowWord(seqno), highWord(seqno))
      return new FenceChain(MADE, thread, thread.make(lackOf(thread.heap, "containers", "fences"), create))
    } catch (error) {
      runAll([before, contained].map((f) => () => void (f !== 0 && thread.dropFence(f))))
      throw error
    }
  }

  /** @throws FenceError EINVAL: a chain completes with what it is made of */
  protected override assertIssued(what: string): void {
    throw errnoError("EINVAL", `Cannot ${what} a chain: it completes with what it is made of`)
  }

  /** The fence that this link adds. */
  get contained(): Fence {
    const { engine } = this.thread
    const address = engine.containedFence(this.readable)
    engine.addRef(address)
    return handleOn(this.thread, address)
  }

  /** Seqno of the link before, as it was when this one was made; 0 for the first of its context. */
  get previousSeqno(): bigint {
    const { heap } = this.thread
    const body = heap.word(this.readable + FenceRecord.user)
    return readWide(heap.word(body + ChainBody.previousSeqnoLo), heap.word(body + ChainBody.previousSeqnoHi))
  }

  /** The link (or fence) before this one that is pending. Takes complete links out on its way. */
  walk(): Fence | undefined {
    const { thread } = this
    const address = this.readable
    thread.engine.addRef(address)
    const found = thread.told(thread.ask.walkChain(thread.record, address), dropFence)
    return found === 0 ? undefined : handleOn(thread, found)
  }

  /**
   * The link on which everything up to this seqno depends; undefined when all that is complete. For seqno 0 the link
   * itself. @throws FenceError EINVAL when the chain has not come so far; RangeError
   */
  findSeqno(seqno: bigint): Fence | undefined {
    const { thread } = this
    const { ask, engine, record } = thread
    const address = this.readable
    wideNumber("a seqno", seqno)
    engine.addRef(address)
    const found = thread.told(ask.findSeqno(record, address, lowWord(seqno), highWord(seqno)), dropFence)
    if (found > 0) return handleOn(thread, found)
    if (found === 0) return undefined
    thread.dropFence(address)
    throw errnoError("EINVAL", `Cannot find seqno ${seqno}: the chain ends at ${this.seqno}`)
  }
}
