/**
 * How an execution goes on that was cut off: each thread in turn, for longer and longer, without branches. If it comes to
 * an end, it was only long. If every thread has had its turn again and again, and nothing ends, nothing will.
 *
 * Counting cannot tell a loop without end from a very long one, so the count is high. It can be, because turns get
 * longer: a thread's code runs again from its start only when its turn begins.
 */
import type { Machine } from "../execution/machine.js"
import { type Circle, Recurrence } from "./recurrence.js"

const FIRST_TURN = 16
/** So many steps after the cut, or so many times what was asked for, are no long end any more. */
const ENDLESS = 100_000
const ENDLESS_TIMES = 20
/** Where threads answer each other, turns are short, and each step costs a run of the code: so many operations, in all. */
const MOST_REPEATED = 10_000_000
/** With less than so many times what was asked for, nothing is said about a search that became too expensive. */
const TELLING_TIMES = 5

export class FairEnd {
  private readonly machine: Machine
  private readonly maxSteps: number
  private thread = -1
  private left = 0
  private turn = FIRST_TURN
  private repeatedBefore = 0
  private round = 0
  private recurrence = new Recurrence()

  constructor(machine: Machine, maxSteps: number) {
    this.machine = machine
    this.maxSteps = maxSteps
  }

  /** The thread to step, of those that can; -1 ends the execution, perhaps with a livelock told to the machine. */
  choose(enabled: number): number {
    const machine = this.machine
    if (machine.cutAt > machine.depth) this.begin()
    const since = machine.depth - machine.cutAt
    const isLong = since >= Math.max(ENDLESS, ENDLESS_TIMES * this.maxSteps)
    if (isLong || machine.repeated - this.repeatedBefore > MOST_REPEATED) {
      if (isLong || since >= TELLING_TIMES * this.maxSteps) tellEndless(machine, this.recurrence.circle)
      return -1
    }
    if (machine.isOutOfTime()) return -1
    this.recurrence.note(machine.memory.hash, machine.memory.hash2, this.round, machine.depth)
    if (this.left-- <= 0 || (enabled & (1 << this.thread)) === 0) this.pass(enabled)
    return this.thread
  }

  private begin(): void {
    const machine = this.machine
    machine.cutAt = machine.depth
    this.repeatedBefore = machine.repeated
    this.thread = machine.depth === 0 ? -1 : machine.thread[machine.depth - 1]!
    this.left = 0
    this.turn = FIRST_TURN
    this.round = 0
    this.recurrence = new Recurrence()
  }

  /** To the next thread that can step. Who comes round again has more time. */
  private pass(enabled: number): void {
    const { size } = this.machine
    do {
      this.thread++
      if (this.thread < size) continue
      this.thread = 0
      this.turn *= 2
      this.round++
    } while ((enabled & (1 << this.thread)) === 0)
    this.left = this.turn - 1
  }
}

function tellEndless(machine: Machine, circle: Circle | undefined): void {
  const steps = machine.depth.toLocaleString("en")
  const live = machine.names.filter((_, thread) => thread < machine.loops.threads && machine.isAlive(thread)).join(", ")
  machine.fail({
    verdict: "livelock",
    message: `No end after ${steps} steps, although each has its turn: ${live}. ${inWords(circle)}`,
  })
  machine.toldAtMost = machine.cutAt
}

function inWords(circle: Circle | undefined): string {
  if (circle === undefined)
    return "The memory never came back to what it was: perhaps this is only long (maxSteps), or somebody counts in vain"
  const [from, to] = [circle.from, circle.to].map((step) => step.toLocaleString("en"))
  const round = `The memory goes round in a circle: after step ${to} it is what it was after step ${from}`
  return `${round}. Only a thread that counts for itself could still end (maxSteps)`
}
