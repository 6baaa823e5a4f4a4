/**
 * What is known of one thread: a tree of points.
 *
 * A point is the thread stopped before an operation; which one comes next depends only on what its operations gave back
 * and on what memory its plain reads saw. So each transition is looked up by the result, which is compared as it is (a
 * hash of 64 bits would call different results the same), and by a hash of the memory; the thread's code runs only where
 * no execution has been yet. This makes the thousandth execution cheap: it consists of lookups. (Every so often one is run in earnest all the same, to see that the code is as deterministic as this needs.)
 */
import type { Value } from "../platform/operation.js"

/** Nothing changes for a thread that waits by looking again, until one of these words differs. */
export interface Guard {
  readonly words: readonly number[]
  readonly masks: readonly number[]
  readonly values: readonly number[]
  /** The cells' byte ranges, for what depends on what. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  /** How many operations the round has that the thread would do again. */
  readonly length: number
  /** Whether the code said so, by `relax()`. */
  readonly hinted: boolean
}

/** A plain access, or a write found by what it changed. */
export interface PlainAccess {
  readonly offset: number
  readonly bytes: number
  readonly write: boolean
  /** Where in the code; known in traces only. */
  readonly at: string
  readonly before: Value | undefined
  readonly after: Value | undefined
}

/** So many ways on from a point are found sooner by looking at each than by a map, which most points do not need then. */
const FEW_WAYS = 8

/** What an operation gave back. */
export type Outcome = Value | string

export class Transition {
  readonly key: number
  readonly check: number
  readonly result: Outcome
  readonly next: Point
  /** Words that plain writes changed, and to what: word, value, word, value, … */
  readonly plainWrites: Int32Array | undefined
  readonly accesses: readonly PlainAccess[] | undefined
  /** The next way on from the same point, as long as they are few; then the next of the same key. */
  sibling: Transition | undefined = undefined

  constructor(
    key: number,
    check: number,
    result: Outcome,
    next: Point,
    plainWrites: Int32Array | undefined,
    accesses: readonly PlainAccess[] | undefined,
  ) {
    this.key = key
    this.check = check
    this.result = result
    this.next = next
    this.plainWrites = plainWrites
    this.accesses = accesses
  }
}

export class Point {
  readonly operation: number
  readonly type: number
  readonly start: number
  readonly end: number
  readonly a: Value
  readonly b: Value
  /** Of a wait: whether it can time out. */
  readonly finite: boolean
  /** The point before, and what its operation saw and did. */
  readonly parent: Point | undefined
  /** Whether the operation before left everything as it was, so that repeating it would, too. */
  readonly pure: boolean
  /** What the cell of the operation before held: its words, for guards. */
  readonly seen: number
  readonly seen2: number
  /** Whether the thread said `relax()` on its way here. */
  readonly relaxed: boolean
  guard: Guard | undefined = undefined
  /** With a guard: it waits `until` something holds, and its look in vain makes no difference. */
  awaits = false
  /** With a guard: how often the thread would look again before it did something else; -1 if nobody knows. */
  looksLeft = -1
  /** Call stack of the operation, where somebody asked for it. */
  site = ""
  /** Where it is in the code; in traces only. */
  at = ""
  /** What the body returned, or threw. */
  value: unknown = undefined
  threw = false
  /** It assumed what was not so: an execution with it is none of those that are asked for. */
  dropped = false
  /** Whether on any known way on memory is accessed plainly. */
  isPlain = false
  private first: Transition | undefined = undefined
  private byKey: Map<number, Transition> | undefined = undefined
  private count = 0

  constructor(
    operation: number,
    type: number,
    start: number,
    end: number,
    a: Value,
    b: Value,
    finite: boolean,
    parent: Point | undefined,
    pure: boolean,
    seen: number,
    seen2: number,
    relaxed: boolean,
  ) {
    this.operation = operation
    this.type = type
    this.start = start
    this.end = end
    this.a = a
    this.b = b
    this.finite = finite
    this.parent = parent
    this.pure = pure
    this.seen = seen
    this.seen2 = seen2
    this.relaxed = relaxed
  }

  /** Same operation on the same cell with the same values. */
  repeats({ operation, type, start, a, b }: Point): boolean {
    return this.is(operation, type, start, a, b)
  }

  /** Whether it is this operation. */
  is(operation: number, type: number, start: number, a: Value, b: Value): boolean {
    return this.operation === operation && this.start === start && this.type === type && this.a === a && this.b === b
  }

  find(key: number, check: number, result: Outcome): Transition | undefined {
    let found = this.byKey === undefined ? this.first : this.byKey.get(key)
    while (found !== undefined && (found.check !== check || found.key !== key || found.result !== result))
      found = found.sibling
    return found
  }

  add(transition: Transition): void {
    if (transition.accesses !== undefined) this.isPlain = true
    if (this.count++ === FEW_WAYS) this.indexWays()
    if (this.byKey !== undefined) enter(this.byKey, transition)
    else {
      transition.sibling = this.first
      this.first = transition
    }
  }

  private indexWays(): void {
    const byKey = new Map<number, Transition>()
    for (const way of this.ways()) enter(byKey, way)
    this.byKey = byKey
  }

  /** All that is known of what comes next. */
  ways(): Transition[] {
    const ways: Transition[] = []
    const firsts = this.byKey === undefined ? [this.first] : [...this.byKey.values()]
    for (const first of firsts) for (let way = first; way !== undefined; way = way.sibling) ways.push(way)
    return ways
  }
}

function enter(byKey: Map<number, Transition>, way: Transition): void {
  way.sibling = byKey.get(way.key)
  byKey.set(way.key, way)
}
