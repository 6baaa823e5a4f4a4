/** Several fences as one: complete when all are. */
import { FenceError, errnoError } from "../errors.js"
import { Fence } from "../fence/fence.js"
import type { Thread } from "../heap/thread.js"

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
   * of fences (use `merge`); HeapError FULL
   */
  static create(thread: Thread, fences: readonly Fence[], place?: FencePlace): FenceArray {
    if (fences.length === 0) throw errnoError("EINVAL", "Cannot make an array of no fences")
    const container = fences.find((fence) => fence.isContainer)
    if (container)
      throw errnoError("EINVAL", `Cannot put ${container.kind} ${container.context}:${container.seqno} into an array`)
    const { engine, record } = thread
    const address = withDraft(thread, (draft) => {
      for (const fence of fences) {
        const member = addressIn(thread, fence)
        engine.addRef(member)
        if (engine.addToDraft(record, draft, member)) continue
        engine.dropRef(record, member)
        throw thread.heap.fullError("callbacks")
      }
      return engine.createArray(record, draft)
    })
    if (place) placeFence(thread, address, place)
    return new FenceArray(thread, address)
  }

  /** @throws FenceError EINVAL: an array completes with what it is made of */
  protected override assertIssued(): void {
    throw errnoError("EINVAL", "Cannot signal an array: it completes with what it is made of")
  }

  /** How many members there are. */
  get size(): number {
    let size = 0
    const { engine } = this.thread
    for (let m = engine.firstMember(this.address); m !== 0; m = engine.nextMember(m)) size++
    return size
  }

  /** The members, in order; each handle is the caller's to drop. */
  *members(): Generator<Fence, void, undefined> {
    const { engine } = this.thread
    using self = this.addRef()
    for (let m = engine.firstMember(self.address); m !== 0; m = engine.nextMember(m)) {
      const member = engine.memberFence(m)
      engine.addRef(member)
      yield new Fence(this.thread, member)
    }
  }
}

/** Runs something on a draft that it uses up; what it throws, or a heap that is full, takes the draft apart. @throws HeapError FULL */
export function withDraft(thread: Thread, body: (draft: number) => number): number {
  const { engine, record, heap } = thread
  const create = () => engine.createDraft(record)
  const draft = create() || thread.afterMakingRoom(create)
  if (draft === 0) throw heap.fullError("containers")
  let address = 0
  try {
    address = body(draft)
    thread.rethrow()
  } finally {
    if (address === 0) engine.discardDraft(record, draft)
  }
  if (address === 0) throw heap.fullError("fences")
  return address
}

/** Address of a fence that is to go into something of this thread's. @throws FenceError FOREIGN */
export function addressIn(thread: Thread, fence: Fence): number {
  if (fence.thread.heap.memory !== thread.heap.memory)
    throw new FenceError("FOREIGN", "Cannot put fences of different heaps together")
  return fence.address
}

/** @internal Puts a new fence on a context and at a seqno. */
export function placeFence(thread: Thread, fence: number, { context, seqno }: FencePlace): void {
  thread.engine.placeFence(fence, lowWord(context), lowWord(context >> 32n), lowWord(seqno), lowWord(seqno >> 32n))
}

/** The low 32 bits of a number, as a word. */
export function lowWord(value: bigint): number {
  return Number(BigInt.asIntN(32, value))
}
