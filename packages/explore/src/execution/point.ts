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
  readonly words: Int32Array
  readonly masks: Int32Array
  readonly values: Int32Array
  /** The cells' byte ranges, for what depends on what. */
  readonly starts: Int32Array
  readonly ends: Int32Array
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

/** What an operation gave back. */
export type Outcome = Value | string

export class Transition {
  readonly check: number
  readonly result: Outcome
  readonly next: Point
  /** Words that plain writes changed, and to what: word, value, word, value, … */
  readonly plainWrites: Int32Array | undefined
  readonly accesses: readonly PlainAccess[] | undefined
  sibling: Transition | undefined

  constructor(
    check: number,
    result: Outcome,
    next: Point,
    plainWrites: Int32Array | undefined,
    accesses: readonly PlainAccess[] | undefined,
  ) {
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
  transitions: Map<number, Transition> | undefined = undefined

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
  repeats(other: Point): boolean {
    return (
      this.operation === other.operation &&
      this.start === other.start &&
      this.type === other.type &&
      this.a === other.a &&
      this.b === other.b
    )
  }

  find(key: number, check: number, result: Outcome): Transition | undefined {
    let found = this.transitions?.get(key)
    while (found !== undefined && (found.check !== check || found.result !== result)) found = found.sibling
    return found
  }

  add(key: number, transition: Transition): void {
    this.transitions ??= new Map()
    transition.sibling = this.transitions.get(key)
    this.transitions.set(key, transition)
  }
}
