/** What each step did, by its depth: enough to tell it, to compare it with others, and to take it back. */
import { ALLOCATE, FREE } from "../platform/operation.js"
import type { Value } from "../platform/operation.js"
import type { Clock } from "./event-loops.js"
import type { Point, Transition } from "./point.js"

/** Few: most explorations of a generated scenario are short, and this is zeroed for each. */
const FIRST_CAPACITY = 64
const FIRST_BYTES = FIRST_CAPACITY * Int32Array.BYTES_PER_ELEMENT

/** Beyond all depths; a small integer, because it is compared at each step. */
export const NEVER = 2 ** 30 - 1

export class Events {
  /** How many there are. */
  depth = 0
  capacity = FIRST_CAPACITY
  /** Of all that is small and of one length, at first: one piece of memory is made sooner than ten. */
  private readonly room = new ArrayBuffer(9 * FIRST_BYTES + FIRST_CAPACITY)

  thread = new Int32Array(this.room, 0, FIRST_CAPACITY)
  /** Bits of operation.ts. */
  effects = new Int32Array(this.room, 1 * FIRST_BYTES, FIRST_CAPACITY)
  start = new Int32Array(this.room, 2 * FIRST_BYTES, FIRST_CAPACITY)
  end = new Int32Array(this.room, 3 * FIRST_BYTES, FIRST_CAPACITY)
  /** The how manieth event of its thread, from 1. */
  index = new Int32Array(this.room, 4 * FIRST_BYTES, FIRST_CAPACITY)
  /** Length of the log before the event, and after its operation (what follows are the plain writes after it). */
  logBefore = new Int32Array(this.room, 5 * FIRST_BYTES, FIRST_CAPACITY)
  logAfter = new Int32Array(this.room, 6 * FIRST_BYTES, FIRST_CAPACITY)
  /** Of a notify: whom it woke. Of a wake: the depth of its notify. */
  woken = new Int32Array(this.room, 7 * FIRST_BYTES, FIRST_CAPACITY)
  /** Of a wake: the depth at which it fell asleep. */
  asleepSince = new Int32Array(this.room, 8 * FIRST_BYTES, FIRST_CAPACITY)
  /** Of a step that another one made possible: which; -1 without one. Only if threads have event loops. */
  readonly cause: number[] = []
  /** Of a step that changes the timers of a thread: as they were. */
  readonly clockBefore: (Clock | undefined)[] = []
  /** 1 if the thread ran only because nobody else could: it had been waiting for a change. */
  released = new Uint8Array(this.room, 9 * FIRST_BYTES, FIRST_CAPACITY)
  readonly point: Point[] = []
  readonly result: (Value | string)[] = []
  readonly transition: (Transition | undefined)[] = []

  /** Where the execution was cut off and went on without branches; beyond all depths if it was not. */
  cutAt = NEVER
  /** What comes after so many events is more of the same. */
  toldAtMost = NEVER

  /** Events, without those second looks at the end that come by themselves. */
  get told(): number {
    let depth = Math.min(this.depth, this.toldAtMost)
    while (depth > 0 && this.released[depth - 1] === 1) depth--
    return depth
  }

  /** "allocate" or "free": what was last said, before a depth, of any of these bytes; undefined if nothing was. */
  lastWordOn(start: number, end: number, before: number): typeof ALLOCATE | typeof FREE | undefined {
    const depth = this.words.findLast((at) => at < before && this.start[at]! < end && this.end[at]! > start)
    return depth === undefined ? undefined : (this.point[depth]!.operation as typeof FREE)
  }

  /** Depths of the events that allocate or free. */
  private readonly words: number[] = []

  protected addWord(depth: number): void {
    this.words.push(depth)
  }

  protected removeWord(depth: number): void {
    if (this.words.at(-1) === depth) this.words.pop()
  }

  protected grow(): void {
    this.capacity *= 2
    this.thread = longer(this.thread)
    this.effects = longer(this.effects)
    this.start = longer(this.start)
    this.end = longer(this.end)
    this.index = longer(this.index)
    this.logBefore = longer(this.logBefore)
    this.logAfter = longer(this.logAfter)
    this.woken = longer(this.woken)
    this.asleepSince = longer(this.asleepSince)
    const released = new Uint8Array(this.capacity)
    released.set(this.released)
    this.released = released
  }
}

function longer(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2)
  to.set(from)
  return to
}
