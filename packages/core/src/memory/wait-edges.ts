/**
 * What waits for which fence, read out of the heap while others change it. Nothing is locked and nothing is written, so
 * each address is checked before it is followed, and each answer may be late: it is for messages.
 *
 * A thread waits by a record that it hung on the fence, or it sleeps, and has left a note of that in its seat. A fence
 * that is made of others waits by its own records for them. A job waits for what it depends on, then for its hardware's
 * fence; while it is queued also for the job ahead of it.
 */
import {
  Action,
  Body,
  Callback,
  Entity,
  Fence,
  FinishedBody,
  Flag,
  Header,
  Job,
  JobState,
  Kind,
  ObjectType,
  Pool,
  Record as RecordWords,
  Scheduler,
  SharedObject,
  Size,
  Thread,
  Unlinked,
} from "../../built/layout.js"

/** Told of each that is found; both fences are pending. */
export interface WaitEdges {
  /** A thread, by the address of its record, waits for a fence. */
  thread(fence: number, seat: number): void
  /** A fence waits for another. */
  fence(awaited: number, waiting: number): void
}

/** All there are; of those threads that sit in these seats. */
export function readWaitEdges(words: Int32Array, seats: readonly number[], edges: WaitEdges): void {
  const reader = new Reader(words, seats, edges)
  for (const seat of seats) reader.readSeat(seat)
  reader.eachInUse(Kind.Callback, Size.Callback, (node) => reader.readRecord(node))
  reader.eachInUse(Kind.Fence, Size.Fence, (fence) => reader.readFence(fence))
}

/** Whether this is one of the two fences of a job. */
export function isJob(words: Int32Array, fence: number): boolean {
  return ((words[(fence + Fence.flags) >> 2] ?? 0) & Flag.Job) !== 0
}

class Reader {
  readonly #words: Int32Array
  readonly #seats: ReadonlySet<number>
  readonly #edges: WaitEdges
  readonly #pools = new Map<number, { readonly base: number; readonly end: number }>()

  constructor(words: Int32Array, seats: readonly number[], edges: WaitEdges) {
    this.#words = words
    this.#seats = new Set(seats)
    this.#edges = edges
  }

  readSeat(seat: number): void {
    this.#tellThread(this.#word(seat + Thread.sleepsFor), seat)
  }

  /** A record of the pool: a thread's, or that of an array's member. */
  readRecord(node: number): void {
    if (!this.#hangs(node)) return
    const fence = this.#word(node + Callback.fence)
    const action = this.#word(node + Callback.code)
    if (action === Action.Deliver || action === Action.RingThread || action === Action.AddToCell)
      this.#tellThread(fence, this.#word(node + Callback.thread))
    else if (action === Action.ArrayMember) this.#tellFence(fence, this.#word(node + Callback.argument))
  }

  /** The record in the body of a chain's link, or of a job's finished fence. */
  readFence(fence: number): void {
    const flags = this.#word(fence + Fence.flags)
    if ((flags & (Flag.Chain | Flag.Job)) === 0) return
    const body = this.#word(fence + Fence.user)
    if (!this.#isRecord(Kind.Body, Size.Body, body)) return
    const node = body + Body.node
    const awaited = this.#hangs(node) ? this.#word(node + Callback.fence) : 0
    this.#tellFence(awaited, fence)
    if ((flags & Flag.Job) === 0) return
    // Until the job has started, its scheduled fence waits as well.
    const scheduled = this.#word(body + FinishedBody.scheduled)
    const ahead = this.#aheadOf(this.#word(body + FinishedBody.job))
    this.#tellFence(awaited, scheduled)
    this.#tellFence(ahead, fence)
    this.#tellFence(ahead, scheduled)
  }

  /** The finished fence of the job ahead of a queued one: the first of its queue, else the oldest that the hardware has. */
  #aheadOf(job: number): number {
    if (!this.#isObject(ObjectType.Job, job) || this.#word(job + Job.state) !== JobState.Queued) return 0
    const [entity, scheduler] = [this.#word(job + Job.entity), this.#word(job + Job.scheduler)]
    const first = this.#isObject(ObjectType.Entity, entity) ? this.#word(entity + Entity.firstJob) : job
    const running = this.#isObject(ObjectType.Scheduler, scheduler) ? this.#word(scheduler + Scheduler.firstRunning) : 0
    const ahead = first === job ? running : first
    return this.#isObject(ObjectType.Job, ahead) ? this.#word(ahead + Job.finished) : 0
  }

  #tellThread(fence: number, seat: number): void {
    if (this.#isPending(fence) && this.#seats.has(seat)) this.#edges.thread(fence, seat)
  }

  #tellFence(awaited: number, waiting: number): void {
    if (awaited !== waiting && this.#isPending(awaited) && this.#isPending(waiting)) this.#edges.fence(awaited, waiting)
  }

  #hangs(node: number): boolean {
    return this.#word(node + Callback.previous) !== Unlinked.Mark
  }

  #isPending(fence: number): boolean {
    return (
      this.#isRecord(Kind.Fence, Size.Fence, fence) &&
      (this.#word(fence + RecordWords.generation) & 1) === 1 &&
      (this.#word(fence + Fence.flags) & Flag.Signaled) === 0
    )
  }

  #isObject(type: number, address: number): boolean {
    return (
      this.#isRecord(Kind.Object, Size.Object, address) &&
      (this.#word(address + RecordWords.generation) & 1) === 1 &&
      this.#word(address + SharedObject.type) === type
    )
  }

  #isRecord(kind: number, size: number, address: number): boolean {
    const { base, end } = this.#pool(kind)
    return address >= base && address < end && (address - base) % size === 0
  }

  /** The records of a kind that are in use. Their size is not read: in a damaged heap it may be 0. */
  eachInUse(kind: number, size: number, body: (record: number) => void): void {
    const { base, end } = this.#pool(kind)
    for (let at = base; at < end; at += size) if (this.#word(at + RecordWords.generation) & 1) body(at)
  }

  #pool(kind: number): { readonly base: number; readonly end: number } {
    const known = this.#pools.get(kind)
    if (known) return known
    const pool = Header.pools + kind * Pool.Bytes
    const [base, end] = [this.#word(pool + Pool.base), this.#word(pool + Pool.end)]
    const found = { base: Math.max(base, 0), end: Math.min(end, this.#words.byteLength) }
    this.#pools.set(kind, found)
    return found
  }

  /** The word at an address; 0 beyond the memory. */
  #word(address: number): number {
    return this.#words[address >> 2] ?? 0
  }
}
