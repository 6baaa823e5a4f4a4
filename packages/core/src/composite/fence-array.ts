/** Several fences as one: complete when all are. */
import { Fence as FenceRecord, Flag, Kind } from "../../built/layout.js"
import { wideNumber } from "../entrance/numbers.js"
import { highWord, lowWord } from "../entrance/wide.js"
import { listOf, optionsOf } from "../entrance/words.js"
import { errnoError } from "../errors.js"
import { Fence, fenceIn } from "../fence/fence.js"
import { Steps } from "../memory/steps.js"
import { assertSeat } from "../seat/assert-seat.js"
import type { Seat } from "../seat/seat.js"
import { withDraft } from "./draft.js"
import { MADE } from "../seat/made.js"

/** Where an array stands on a timeline of its maker's. Default: on a context of its own, seqno 1. */
export interface FencePlace {
  readonly context: bigint
  readonly seqno: bigint
}

/**
 * Complete when all its members are; the first error of theirs is its own. `dma_fence_array`.
 * @example
 * using both = FenceArray.create(thread, [upload, render])
 * await both.wait()
 */
export class FenceArray extends Fence {
  /**
   * Takes a reference of its own on each fence. @throws FenceError EINVAL for no fence, or for one that is itself made
   * of fences (use `merge`); FenceError FOREIGN, STALE; TypeError, RangeError; HeapError FULL
   */
  static create(thread: Seat, fences: readonly Fence[], place?: FencePlace): FenceArray {
    assertSeat(thread)
    const members = listOf("fences", fences)
    for (const fence of members) memberIn(thread, fence)
    if (members.length === 0) throw errnoError("EINVAL", "Cannot make an array of no fences")
    if (place !== undefined) checkPlace(place)
    const { ask, engine, record } = thread
    const address = withDraft(thread, (draft) => {
      for (const fence of members) {
        const member = memberIn(thread, fence)
        engine.addRef(member)
        if (engine.addToDraft(record, draft, member)) continue
        thread.dropFence(member)
        throw thread.heap.fullError("callbacks")
      }
      return ask.createArray(record, draft)
    })
    if (place) placeFence(thread, address, place)
    return new FenceArray(MADE, thread, address)
  }

  /** @throws FenceError EINVAL: an array completes with what it is made of */
  protected override assertIssued(what: string): void {
    throw errnoError("EINVAL", `Cannot ${what} an array: it completes with what it is made of`)
  }

  /** How many members there are. */
  get size(): number {
    let size = 0
    const { engine, heap, name } = this.thread
    const steps = new Steps(heap, name, Kind.Callback, this.readable)
    for (let m = engine.firstMember(this.readable); m !== 0; m = engine.nextMember(m)) {
      steps.next()
      size++
    }
    return size
  }

  /** The members, in order; each handle is the caller's to drop. */
  *members(): Generator<Fence, void, undefined> {
    const { engine, heap, name } = this.thread
    // No `using` in what every page has of `/all`: what it is compiled to takes more than this.
    const self = this.addRef()
    try {
      const steps = new Steps(heap, name, Kind.Callback, self.address)
      for (let m = engine.firstMember(self.address); m !== 0; m = engine.nextMember(m)) {
        steps.next()
        const member = engine.memberFence(m)
        engine.addRef(member)
        yield new Fence(MADE, this.thread, member)
      }
    } finally {
      self.drop()
    }
  }
}

/** Address of what is to be a member: nothing that is made of fences. */
function memberIn(thread: Seat, fence: Fence): number {
  const address = fenceIn(thread, fence)
  // PLAIN: the bits that say what a fence is never change.
  if ((thread.heap.word(address + FenceRecord.flags) & (Flag.Array | Flag.Chain)) === 0) return address
  throw errnoError("EINVAL", `Cannot put ${fence.kind} ${fence.context}:${fence.seqno} into an array`)
}

function checkPlace(place: FencePlace): void {
  const { context, seqno } = optionsOf("a place", place)
  wideNumber("a context", context)
  wideNumber("a seqno", seqno)
}

/** @internal Puts a new fence on a context and at a seqno. */
function placeFence(thread: Seat, fence: number, { context, seqno }: FencePlace): void {
  thread.engine.placeFence(fence, lowWord(context), highWord(context), lowWord(seqno), highWord(seqno))
}
