/** Nobody can take a step: is it the end, or does everybody wait for somebody? */
import type { Machine } from "../execution/machine.js"
import { WAKE } from "../platform/operation.js"

/** So often may each waiting thread look again, in case its loop is not as endless as it looks. */
const LOOKS = 100

/**
 * The thread that may look again although nothing has changed; -1 if the execution has ended. Tells the machine if that
 * is no good end.
 */
export function tellStandstill(machine: Machine): number {
  const spinning: number[] = []
  const asleep: number[] = []
  for (let thread = 0; thread < machine.size; thread++) {
    if (!machine.isAlive(thread)) continue
    if (machine.isAsleep(thread)) asleep.push(thread)
    else spinning.push(thread)
  }
  if (spinning.length > 0) {
    const released = releasedSoFar(machine)
    if (released < LOOKS * spinning.length) {
      machine.releasing = true
      return spinning[released % spinning.length]!
    }
    tellSpinning(machine, spinning, asleep)
  } else if (asleep.length > 0) tellAsleep(machine, asleep)
  return -1
}

/** The next thread in turn that can step: nobody is left behind for ever. */
export function inTurn(machine: Machine, enabled: number): number {
  const last = machine.depth === 0 ? -1 : machine.thread[machine.depth - 1]!
  for (let ahead = 1; ; ahead++) {
    const thread = (last + ahead) % machine.size
    if ((enabled & (1 << thread)) !== 0) return thread
  }
}

/** An execution in which every thread had its turn, again and again, and which has not ended. */
export function tellEndless(machine: Machine): void {
  const live = machine.names.filter((_, thread) => machine.isAlive(thread)).join(", ")
  machine.fail({
    verdict: "livelock",
    message: `No end after ${machine.depth} steps, although each has its turn: ${live}`,
  })
}

/** How many of the last steps were such second looks. */
function releasedSoFar(machine: Machine): number {
  let depth = machine.depth
  while (depth > 0 && machine.released[depth - 1] === 1) depth--
  return machine.depth - depth
}

/**
 * Several wait for different things, by looking: each for another, so a deadlock. One alone, or all for the same thing:
 * nobody is left to bring it.
 */
function tellSpinning(machine: Machine, spinning: readonly number[], asleep: readonly number[]): void {
  const waiting = [...spinning, ...asleep]
  const cells = new Set(waiting.map((thread) => cellsOf(machine, thread).join()))
  const names = waiting.map((thread) => `${machine.names[thread]} on ${describe(machine, thread)}`).join(", ")
  if (waiting.length > 1 && cells.size > 1)
    machine.fail({ verdict: "deadlock", message: `Threads wait for each other: ${names}` })
  else machine.fail({ verdict: "livelock", message: `Nothing changes any more what threads wait for: ${names}` })
}

/**
 * All are asleep. If each sleeps on a cell of its own that is as it was when it went to sleep, they wait for each other.
 * Else a wake is missing: the cell changed and nobody notified, or nobody is left who would.
 */
function tellAsleep(machine: Machine, asleep: readonly number[]): void {
  const cells = new Set(asleep.map((thread) => machine.points[thread]!.start))
  const unchanged = asleep.every((thread) => {
    const { type, start, a } = machine.points[thread]!
    return machine.memory.holds(type, start, a)
  })
  const names = asleep.map((thread) => `${machine.names[thread]} on ${describe(machine, thread)}`).join(", ")
  if (asleep.length > 1 && cells.size === asleep.length && unchanged)
    machine.fail({ verdict: "deadlock", message: `Threads sleep, waiting for each other: ${names}` })
  else machine.fail({ verdict: "lost-wakeup", message: `Nobody is left to wake ${names}` })
}

function cellsOf(machine: Machine, thread: number): number[] {
  const point = machine.points[thread]!
  return point.operation === WAKE ? [point.start] : [...new Set(point.guard?.starts)]
}

function describe(machine: Machine, thread: number): string {
  return cellsOf(machine, thread)
    .map((start) => machine.nameOf(start))
    .join(" and ")
}
