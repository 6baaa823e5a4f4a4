/**
 * Data races (ECMA-262, 29.8 to 29.11): two accesses to the same bytes, at least one a write, unordered by happens-before, and
 * not both atomic with the same range.
 *
 * Interleaving atomic operations shows all there is to see of a program without data races, and nothing for sure of any
 * other; so each explored execution is looked at. Happens-before has clocks of its own: an operation comes after the
 * write *it reads*, but two stores to a cell are not ordered by that, although swapping them makes another execution.
 *
 * Waiting and waking order more: who leaves the critical section of a list of waiters synchronizes with the next who
 * enters it (LeaveCriticalSection, EnterCriticalSection). Of these edges only those between steps that depend on each other
 * are used: both orders of such steps are explored. Where two steps are independent, one order stands for both, and an
 * edge along it would hide the race of the other.
 *
 * What comes after an event of a thread without another event in between is stamped with
 * the event's clock.
 */
import type { RacingPlace } from "../execution/found.js"
import type { Machine } from "../execution/machine.js"
import { ACCESSES, ALLOCATE, FREE, QUEUES, READS, WAKE, WRITES } from "../platform/operation.js"
import type { PlainAccess } from "../execution/point.js"
import { shareQueue } from "../search/dependence.js"

/** An access to compare with; `access` -1 is the operation of the event at `depth`. */
interface Access extends RacingPlace {
  readonly start: number
  readonly end: number
  readonly write: boolean
}

export class Races {
  private readonly machine: Machine
  private readonly size: number
  private readonly initial: readonly (readonly PlainAccess[] | undefined)[]
  private readonly allowed: ReadonlySet<string>
  private clocks: Int32Array
  /** Events whose clocks are computed, from depth 0 on. */
  private done = 0

  constructor(
    machine: Machine,
    initial: readonly (readonly PlainAccess[] | undefined)[],
    allowed: readonly string[] | undefined,
  ) {
    this.machine = machine
    this.size = machine.size
    this.initial = initial
    this.allowed = new Set(allowed)
    this.clocks = new Int32Array(machine.capacity * machine.size)
  }

  /** Events from this depth on are not what they were. */
  forget(depth: number): void {
    if (depth < this.done) this.done = depth
  }

  /** Looks at the events that were not looked at yet; tells the machine of the first race. */
  find(): void {
    const machine = this.machine
    if (this.clocks.length < machine.capacity * this.size) {
      const clocks = new Int32Array(machine.capacity * this.size)
      clocks.set(this.clocks)
      this.clocks = clocks
    }
    if (this.done === 0) for (let thread = 0; thread < this.size; thread++) this.compareInitial(thread)
    const end = Math.min(machine.depth, machine.cutAt)
    for (let depth = this.done; depth < end; depth++) {
      this.stamp(depth)
      this.compareOperation(depth)
      this.comparePlain(depth)
    }
    this.done = Math.max(this.done, end)
  }

  /** The clock of an event: all of its own thread, what it reads, who woke it, and who was in the same queue before. */
  private stamp(depth: number): void {
    const machine = this.machine
    const thread = machine.thread[depth]!
    const row = depth * this.size
    this.clocks.fill(0, row, row + this.size)
    const before = this.previous(depth, thread)
    if (before >= 0) this.join(row, before)
    const cause = machine.cause[depth] ?? -1
    if (cause >= 0) this.join(row, cause)
    if (machine.point[depth]!.operation === WAKE) {
      const notify = machine.woken[depth]!
      if (notify >= 0) this.join(row, notify)
    } else if ((machine.effects[depth]! & READS) !== 0) {
      const write = this.writeReadBy(depth)
      if (write >= 0) this.join(row, write)
    }
    if ((machine.effects[depth]! & QUEUES) !== 0) this.joinQueue(row, depth)
    this.clocks[row + thread] = machine.index[depth]!
  }

  /** All that was done to the queue before, and made a difference to what is done now. */
  private joinQueue(row: number, depth: number): void {
    const machine = this.machine
    const effects = machine.effects[depth]!
    for (let before = depth - 1; before >= 0; before--) {
      const theirs = machine.effects[before]! & QUEUES
      if (theirs !== 0 && machine.start[before] === machine.start[depth] && shareQueue(theirs, effects & QUEUES))
        this.join(row, before)
    }
  }

  private previous(depth: number, thread: number): number {
    for (let before = depth - 1; before >= 0; before--) if (this.machine.thread[before] === thread) return before
    return -1
  }

  /** The last write to exactly these bytes; a write of other width in between synchronizes nothing. */
  private writeReadBy(depth: number): number {
    const machine = this.machine
    const [start, end] = [machine.start[depth]!, machine.end[depth]!]
    for (let before = depth - 1; before >= 0; before--) {
      if ((machine.effects[before]! & WRITES) === 0) continue
      const operation = machine.point[before]!.operation
      if (operation === ALLOCATE || operation === FREE) continue
      if (machine.start[before]! >= end || machine.end[before]! <= start) continue
      return machine.start[before] === start && machine.end[before] === end ? before : -1
    }
    return -1
  }

  private join(row: number, depth: number): void {
    for (let thread = 0; thread < this.size; thread++) {
      const index = this.clocks[depth * this.size + thread]!
      if (index > this.clocks[row + thread]!) this.clocks[row + thread] = index
    }
  }

  /** The operation itself against plain accesses, and against operations of another width. */
  private compareOperation(depth: number): void {
    const machine = this.machine
    const effects = machine.effects[depth]!
    if ((effects & ACCESSES) === 0) return
    const operation = machine.point[depth]!.operation
    if (operation === ALLOCATE) return
    const write = (effects & WRITES) !== 0
    const own = {
      depth,
      access: -1,
      thread: machine.thread[depth]!,
      start: machine.start[depth]!,
      end: machine.end[depth]!,
      write,
    }
    this.compare(own, operation === FREE)
  }

  private comparePlain(depth: number): void {
    const machine = this.machine
    const accesses = machine.transition[depth]?.accesses
    if (accesses === undefined) return
    for (let access = 0; access < accesses.length; access++) {
      const { offset, bytes, write } = accesses[access]!
      this.compare({ depth, access, thread: machine.thread[depth]!, start: offset, end: offset + bytes, write }, false)
    }
  }

  /** What threads do before their first operations, against each other. */
  private compareInitial(thread: number): void {
    for (const [access, { offset, bytes, write }] of (this.initial[thread] ?? []).entries()) {
      const own = { depth: -1, access, thread, start: offset, end: offset + bytes, write }
      for (let other = 0; other < thread; other++) this.compareWithPlain(own, other, -1, this.initial[other], false)
    }
  }

  private compare(own: Access, frees: boolean): void {
    const machine = this.machine
    const row = own.depth * this.size
    for (let earlier = own.depth - 1; earlier >= 0; earlier--) {
      const other = machine.thread[earlier]!
      if (other === own.thread) continue
      const ordered = this.clocks[row + other]!
      const index = machine.index[earlier]!
      if (ordered < index) this.compareWithOperation(own, other, earlier)
      if (ordered <= index) this.compareWithPlain(own, other, earlier, machine.transition[earlier]?.accesses, frees)
    }
    for (let other = 0; other < this.size; other++)
      if (other !== own.thread && this.clocks[row + other] === 0)
        this.compareWithPlain(own, other, -1, this.initial[other], frees)
  }

  private compareWithOperation(own: Access, thread: number, depth: number): void {
    const machine = this.machine
    const effects = machine.effects[depth]!
    if ((effects & ACCESSES) === 0) return
    const operation = machine.point[depth]!.operation
    const [start, end] = [machine.start[depth]!, machine.end[depth]!]
    if (start >= own.end || own.start >= end || operation === ALLOCATE) return
    const frees = operation === FREE
    if (own.access < 0) {
      if (frees || machine.point[own.depth]!.operation === FREE) return
      if (start === own.start && end === own.end) return
    }
    const write = (effects & WRITES) !== 0
    if (own.write || write) this.tell({ depth, access: -1, thread, start, end, write }, own, frees)
  }

  private compareWithPlain(
    own: Access,
    thread: number,
    depth: number,
    accesses: readonly PlainAccess[] | undefined,
    frees: boolean,
  ): void {
    if (accesses === undefined) return
    for (let access = 0; access < accesses.length; access++) {
      const { offset, bytes, write } = accesses[access]!
      if (offset >= own.end || own.start >= offset + bytes || !(write || own.write)) continue
      this.tell({ depth, access, thread, start: offset, end: offset + bytes, write }, own, frees)
    }
  }

  private tell(first: Access, second: Access, frees: boolean): void {
    const machine = this.machine
    const cell = machine.nameOf(Math.max(first.start, second.start))
    if (!frees && this.allowed.has(/^[^[+]*/.exec(cell)![0])) return
    const racing = [first, second] as const
    if (frees) {
      const message = `Nothing orders the free of ${cell} and a use of it by ${names(machine, first, second)}`
      machine.failOverOthers({ verdict: "use-after-free", message, racing })
      return
    }
    const kinds = [first, second].map(
      ({ access, write, thread }) =>
        `${machine.names[thread]} ${write ? "writes" : "reads"} ${access < 0 ? "it atomically" : "it plainly"}`,
    )
    const widths =
      first.access >= 0 || second.access >= 0
        ? ""
        : ` (${first.end - first.start} and ${second.end - second.start} bytes)`
    machine.failOverOthers({ verdict: "data-race", message: `Race on ${cell}${widths}: ${kinds.join(", ")}`, racing })
  }
}

function names(machine: Machine, first: Access, second: Access): string {
  return `${machine.names[first.thread]} and ${machine.names[second.thread]}`
}
