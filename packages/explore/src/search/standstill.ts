/** Nobody can take a step: is it the end, or does everybody wait for somebody? */
import type { Machine } from "../execution/machine.js"
import { RESUME, WAKE } from "../platform/operation.js"

/** So often may each waiting thread look again that then does something else than in its last round, and waits again. */
const SURPRISES = 100

/** What `tellStandstill` says of an execution that comes to an end, but not within the steps that are left. */
export const TOO_LONG = -2

/**
 * The thread that may look again although nothing has changed, because it will stop looking; -1 if the execution has
 * ended. Tells the machine if that is no good end.
 */
export function tellStandstill(machine: Machine, room: number): number {
  // Whoever waits may wait for a thread that is not there any more.
  if (machine.dropped) return -1
  const spinning: number[] = []
  const asleep: number[] = []
  const forgotten: number[] = []
  for (let thread = 0; thread < machine.loops.threads; thread++) {
    if (!machine.isAlive(thread)) continue
    if (machine.isAsleep(thread)) asleep.push(thread)
    else if (machine.points[thread]!.operation === RESUME && machine.loops.next(thread) < 0) {
      const messengers = [...machine.loops.onTheirWay(thread)]
      if (messengers.length > 0) asleep.push(...messengers)
      else forgotten.push(thread)
    } else spinning.push(thread)
  }
  if (spinning.length > 0) {
    const next = firstToStop(machine, spinning)
    if (next >= 0) {
      if (machine.prober!.looksLeft(next) > room) return TOO_LONG
      machine.releasing = true
      return next
    }
    tellSpinning(machine, spinning, asleep)
  } else if (asleep.length > 0) tellAsleep(machine, asleep)
  else if (forgotten.length > 0) tellForgotten(machine, forgotten)
  return -1
}

/** Of threads that wait by looking again, the one that will stop first; -1 if none will. */
function firstToStop(machine: Machine, spinning: readonly number[]): number {
  let first = -1
  let least = Infinity
  for (const thread of spinning) {
    const left = machine.prober!.looksLeft(thread)
    if (left < least) [first, least] = [thread, left]
  }
  return least === 0 && surprisesSoFar(machine) >= SURPRISES * spinning.length ? -1 : first
}

/** How many of the last such looks were none of a round that was known. */
function surprisesSoFar(machine: Machine): number {
  let count = 0
  for (let depth = machine.depth - 1; depth >= 0 && machine.released[depth] === 1; depth--)
    if (machine.point[depth]!.looksLeft === 0) count++
  return count
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

/** They await what nothing in the model settles. */
function tellForgotten(machine: Machine, threads: readonly number[]): void {
  const names = threads.map((thread) => machine.names[thread]).join(", ")
  const message = `Nothing is left to settle what is awaited by ${names} (input and output are not explored)`
  machine.fail({ verdict: "deadlock", message })
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
