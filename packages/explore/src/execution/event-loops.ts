/**
 * The event loops of asynchronous threads: for what each has asked, what has arrived, and what it has taken of that.
 *
 * What arrives at a thread is brought by somebody, in a step of its own: by one of the thread's *messengers*, which are
 * threads of the search without code. One is the thread's clock; each of the others brings the answer to one
 * `Atomics.waitAsync`. So an order of arrivals is an order of steps, like any other. A thread takes what has arrived when it
 * has nothing else to do, first come, first served, as it would in its own event loop.
 */
import { ExploreError } from "../refusal.js"

/** Timers that are set, the one first that goes off first, and what time it is. */
export interface Clock {
  readonly nowMs: number
  readonly timers: readonly Timer[]
}

export interface Timer {
  readonly id: number
  readonly dueMs: number
  /** The depth of the step that set it. */
  readonly setAt: number
}

/** Where messages are posted to. */
interface Port {
  /** Who listens; -1 if nobody does yet. */
  owner: number
  /** The depths of the posts before that. */
  readonly waiting: number[]
}

/** Threads are bits of a number, messengers as well. */
const MOST = 30
const MOST_WAITS = 4

const NONE = new Int32Array(0)

export class EventLoops {
  /** Threads that have code. */
  readonly threads: number
  /** With their messengers. */
  readonly size: number
  /** Whether threads may be asynchronous at all. */
  readonly turn: boolean
  /** A fault, for tests: that the order of arrivals at a thread makes no difference. */
  readonly forgetsArrivals: boolean
  readonly clocks: Clock[]
  private readonly ports: Port[] = []
  /** Messengers of each thread. */
  private readonly each: number
  /** Of each thread, which messengers are on their way, as bits. */
  private readonly busy: Int32Array
  /** Of each thread, the depths of the steps by which something arrived, and how much of it was taken. */
  private readonly arrived: number[][]
  private readonly taken: Int32Array

  /** Without event loops, threads are synchronous, and there are no messengers. */
  constructor(threads: number, turn: boolean, forgetsArrivals = false) {
    this.forgetsArrivals = forgetsArrivals
    const room = Math.min(1 + MOST_WAITS, Math.floor(MOST / threads) - 1)
    this.threads = threads
    this.turn = turn
    this.each = turn && room > 1 ? room : 0
    const most = this.each
    this.size = threads * (1 + most)
    this.clocks = turn ? Array.from({ length: threads }, () => ({ nowMs: 0, timers: [] })) : []
    this.busy = turn ? new Int32Array(threads) : NONE
    this.arrived = turn ? Array.from({ length: threads }, () => []) : []
    this.taken = turn ? new Int32Array(threads) : NONE
  }

  isMessenger(thread: number): boolean {
    return thread >= this.threads
  }

  /** Whose messenger it is; a thread itself is its own. */
  ownerOf(thread: number): number {
    return thread < this.threads ? thread : Math.floor((thread - this.threads) / this.each)
  }

  messenger(thread: number, slot: number): number {
    return this.threads + thread * this.each + slot
  }

  clockOf(thread: number): number {
    if (this.each === 0)
      throw new ExploreError(
        "wait-async",
        `Cannot explore timers of ${this.threads} threads: ${MOST / 3} at most have them`,
      )
    return this.messenger(thread, 0)
  }

  slotOf(messenger: number): number {
    return (messenger - this.threads) % this.each
  }

  /** The messenger that will bring an answer: which one depends on the thread's own past only. */
  send(thread: number): number {
    for (let slot = 1; slot < this.each; slot++) {
      if ((this.busy[thread]! & (1 << slot)) !== 0) continue
      this.busy[thread]! |= 1 << slot
      return this.messenger(thread, slot)
    }
    throw new ExploreError(
      "wait-async",
      `Cannot explore more than ${Math.max(0, this.each - 1)} unanswered calls of Atomics.waitAsync of one of ${this.threads} threads`,
    )
  }

  dismiss(messenger: number): void {
    this.busy[this.ownerOf(messenger)]! &= ~(1 << this.slotOf(messenger))
  }

  recall(messenger: number): void {
    this.busy[this.ownerOf(messenger)]! |= 1 << this.slotOf(messenger)
  }

  arrive(thread: number, depth: number): void {
    this.arrived[thread]!.push(depth)
  }

  undoArrive(thread: number): void {
    this.arrived[thread]!.pop()
  }

  /** The depth of the step by which the next thing to take arrived; -1 if nothing did. */
  next(thread: number): number {
    return this.arrived[thread]![this.taken[thread]!] ?? -1
  }

  /** Whether any of what is to be taken is such. */
  some(thread: number, isSuch: (depth: number) => boolean): boolean {
    const arrived = this.arrived[thread] ?? []
    for (let at = this.taken[thread]!; at < arrived.length; at++) if (isSuch(arrived[at]!)) return true
    return false
  }

  take(thread: number): void {
    this.taken[thread]!++
  }

  undoTake(thread: number): void {
    this.taken[thread]!--
  }

  port(number: number): Port {
    return (this.ports[number] ??= { owner: -1, waiting: [] })
  }

  /** What is on its way to a thread by whom. */
  *onTheirWay(thread: number): Generator<number> {
    for (let slot = 1; slot < this.each; slot++)
      if ((this.busy[thread]! & (1 << slot)) !== 0) yield this.messenger(thread, slot)
  }
}

/** The clock with one more timer; of equal ones, the one that was set first goes off first. */
export function withTimer({ nowMs, timers }: Clock, id: number, delayMs: number, setAt: number): Clock {
  const dueMs = nowMs + Math.max(1, delayMs)
  const at = timers.findIndex((other) => other.dueMs > dueMs)
  return { nowMs, timers: timers.toSpliced(at < 0 ? timers.length : at, 0, { id, dueMs, setAt }) }
}

export function withoutTimer({ nowMs, timers }: Clock, id: number): Clock {
  return { nowMs, timers: timers.filter((timer) => timer.id !== id) }
}
