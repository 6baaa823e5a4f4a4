/**
 * Who waits for which fence, read out of the heap while others change it. Nothing is locked and nothing is written, so
 * each answer may be late: it is for messages, and whoever acts on one opens the fence and looks again.
 *
 * A thread waits by a record that it hung on the fence, or it sleeps, and has left a note of that in its seat. A fence
 * that is made of others waits by its own records for them, and a job for what it depends on and for its hardware.
 */
import {
  Action,
  Body,
  Callback,
  Fence,
  FinishedBody,
  Flag,
  Header,
  Kind,
  Pool,
  Record as RecordWords,
  Size,
  Thread,
  Unlinked,
} from "../../built/layout.js"

/** A thread that is attached: address of its record, and its name. */
interface Seated {
  readonly id: number
  readonly name: string
}

/** A fence that is pending and waited for, and that itself waits for no other. */
export interface WaitedFence {
  readonly address: number
  readonly generation: number
  /** Names of the threads that wait for it, or for something that waits for it. */
  readonly threads: readonly string[]
  /** The fences that wait for it: arrays, chains, jobs. */
  readonly holdsUp: readonly number[]
}

/** All of them, in the order in which they lie in memory. */
export function readWaits(words: Int32Array, seats: readonly Seated[]): WaitedFence[] {
  const waits = new Waits(words, seats)
  const found: WaitedFence[] = []
  for (const address of waits.fences()) {
    const { threads, isAwaited } = waits.waitersOf(address)
    if (isAwaited && !waits.isWaiting(address))
      found.push({
        address,
        generation: words[(address + RecordWords.generation) >> 2]!,
        threads: [...threads],
        holdsUp: waits.heldUpBy(address),
      })
  }
  return found
}

/** Records that say "this thread waits". */
const THREADS_ACTIONS: ReadonlySet<number> = new Set([Action.AddToCell, Action.RingThread, Action.Deliver])

class Waits {
  readonly #words: Int32Array
  readonly #names: ReadonlyMap<number, string>
  /** By fence: the threads that wait for it themselves. */
  readonly #threads = new Map<number, Set<string>>()
  /** By fence: the fences that wait for it. */
  readonly #heldUp = new Map<number, Set<number>>()
  /** The fences that wait for another. */
  readonly #waiting = new Set<number>()

  constructor(words: Int32Array, seats: readonly Seated[]) {
    this.#words = words
    this.#names = new Map(seats.map(({ id, name }) => [id, name]))
    for (const { id } of seats) this.#noteThread(this.#word(id + Thread.sleepsFor), id)
    for (const node of this.#inUse(Kind.Callback, Size.Callback)) this.#noteRecord(node)
    for (const fence of this.#inUse(Kind.Fence, Size.Fence)) this.#noteOwnRecord(fence)
  }

  /** The fences that somebody or something waits for. */
  fences(): number[] {
    return [...new Set([...this.#threads.keys(), ...this.#heldUp.keys()])].sort((a, b) => a - b)
  }

  isWaiting(fence: number): boolean {
    return this.#waiting.has(fence)
  }

  heldUpBy(fence: number): number[] {
    return [...(this.#heldUp.get(fence) ?? [])]
  }

  /** The threads that wait for a fence, itself or by way of others; a job waits whether a thread does or not. */
  waitersOf(fence: number): { readonly threads: ReadonlySet<string>; readonly isAwaited: boolean } {
    const threads = new Set<string>()
    const seen = new Set([fence])
    let isJob = false
    // What is added meanwhile is visited too.
    for (const at of seen) {
      for (const name of this.#threads.get(at) ?? []) threads.add(name)
      for (const holder of this.#heldUp.get(at) ?? []) {
        seen.add(holder)
        isJob ||= (this.#flagsOf(holder) & Flag.Job) !== 0
      }
    }
    return { threads, isAwaited: isJob || threads.size > 0 }
  }

  #noteThread(fence: number, seat: number): void {
    const name = this.#names.get(seat)
    if (name === undefined || !this.#isPending(fence)) return
    added(this.#threads, fence, name)
  }

  #noteHolder(fence: number, holder: number): void {
    if (!this.#isPending(fence) || !this.#isPending(holder)) return
    added(this.#heldUp, fence, holder)
    this.#waiting.add(holder)
  }

  /** A record of the pool: a thread's, or that of an array's member. */
  #noteRecord(node: number): void {
    if (!this.#hangs(node)) return
    const fence = this.#word(node + Callback.fence)
    const action = this.#word(node + Callback.code)
    if (THREADS_ACTIONS.has(action)) this.#noteThread(fence, this.#word(node + Callback.thread))
    else if (action === Action.ArrayMember) this.#noteHolder(fence, this.#word(node + Callback.argument))
  }

  /** The record in the body of a chain's link, or of a job's finished fence. */
  #noteOwnRecord(fence: number): void {
    const flags = this.#flagsOf(fence)
    const body = flags & (Flag.Chain | Flag.Job) ? this.#word(fence + Fence.user) : 0
    const node = body + Body.node
    if (!this.#isRecord(Kind.Body, Size.Body, body) || !this.#hangs(node)) return
    const awaited = this.#word(node + Callback.fence)
    this.#noteHolder(awaited, fence)
    // A job that has not started yet is waited for by its scheduled fence as well.
    if (flags & Flag.Job) this.#noteHolder(awaited, this.#word(body + FinishedBody.scheduled))
  }

  #hangs(node: number): boolean {
    return this.#word(node + Callback.previous) !== Unlinked.Mark
  }

  #isPending(fence: number): boolean {
    return (
      this.#isRecord(Kind.Fence, Size.Fence, fence) &&
      (this.#word(fence + RecordWords.generation) & 1) === 1 &&
      (this.#flagsOf(fence) & Flag.Signaled) === 0
    )
  }

  #flagsOf(fence: number): number {
    return this.#word(fence + Fence.flags)
  }

  /** The word at an address; 0 beyond the memory. */
  #word(address: number): number {
    return this.#words[address >> 2] ?? 0
  }

  #isRecord(kind: number, size: number, address: number): boolean {
    const { base, end } = this.#pool(kind)
    return address >= base && address < end && (address - base) % size === 0
  }

  /** The records of a kind that are in use. Their size is not read: in a damaged heap it may be 0. */
  *#inUse(kind: number, size: number): Generator<number, void, undefined> {
    const { base, end } = this.#pool(kind)
    for (let at = base; at < end; at += size) if (this.#word(at + RecordWords.generation) & 1) yield at
  }

  #pool(kind: number): { readonly base: number; readonly end: number } {
    const pool = Header.pools + kind * Pool.Bytes
    const [base, end] = [this.#word(pool + Pool.base), this.#word(pool + Pool.end)]
    return { base: Math.max(base, 0), end: Math.min(end, this.#words.byteLength) }
  }
}

function added<V>(sets: Map<number, Set<V>>, key: number, value: V): void {
  const set = sets.get(key)
  if (set) set.add(value)
  else sets.set(key, new Set([value]))
}
