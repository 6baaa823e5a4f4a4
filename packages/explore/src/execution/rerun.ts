/**
 * How far the code of a thread has been brought again: which of its events it has passed, and the shared memory as the
 * thread saw it there.
 */
import type { Machine } from "./machine.js"

export class Rerun {
  /** Depths of the thread's events: those that are repeated, and those since. */
  own: number[] = []
  private readonly machine: Machine
  private position = 0
  /** How much of the log the shared memory has seen. */
  private forwarded = 0

  constructor(machine: Machine) {
    this.machine = machine
  }

  /** Before the thread's first instruction, when the log was so long. */
  rewind(thread: number, logged: number): void {
    const machine = this.machine
    const { memory } = machine
    this.own = []
    for (let depth = 0; depth < machine.depth; depth++) if (machine.thread[depth] === thread) this.own.push(depth)
    this.position = 0
    memory.publish()
    for (let at = memory.logged - 1; at >= 0; at--) memory.show(memory.logWord[at]!, memory.logOld[at]!)
    this.forwarded = 0
    this.forward(logged)
  }

  /** Whether what the code does next was done before. */
  get repeats(): boolean {
    return this.position < this.own.length
  }

  /** How many of its events are still to be repeated. */
  get left(): number {
    return this.own.length - this.position
  }

  /** The depth of the event that comes next. */
  next(): number {
    return this.own[this.position++]!
  }

  /** An event that is new. */
  add(depth: number): void {
    this.own.push(depth)
    this.position = this.own.length
  }

  /** Brings the shared memory to what it was when the log was so long. */
  forward(logged: number): void {
    const { memory } = this.machine
    for (let at = this.forwarded; at < logged; at++) memory.show(memory.logWord[at]!, memory.logNew[at]!)
    if (logged > this.forwarded) this.forwarded = logged
  }

  /** The thread's own plain writes are in the shared memory already, all there is in the log. */
  caughtUp(): void {
    this.forwarded = this.machine.memory.logged
  }
}
