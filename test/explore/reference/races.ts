/**
 * Whether an interleaving has a data race: happens-before by ES2024 29.8, one vector clock for each step.
 *
 * A step comes after those of its own thread, after the atomic write that it atomically reads from (and all that comes
 * before that one), and, if it waits, wakes or notifies, after whoever did so on the same cell before: each of them enters
 * and leaves the critical section of that list of waiters, and leaving it synchronizes with the next entering. Nothing
 * else: a write that was overwritten is read by nobody.
 */
import type { Place, Program } from "./language.js"
import type { Effect } from "./machine.js"

interface Ordered {
  readonly step: Effect
  /** How many steps of each thread happen before it, itself included. */
  readonly clock: readonly number[]
}

export function hasRace(steps: readonly Effect[], { threads }: Program): boolean {
  const ordered: Ordered[] = []
  const now = threads.map(() => threads.map(() => 0))
  const lastInside = new Map<number, Ordered>()
  for (const step of steps) {
    const clock = now[step.thread]!
    const after = (earlier: Ordered) =>
      earlier.clock.forEach((count, thread) => (clock[thread] = Math.max(clock[thread]!, count)))
    const before = step.list === undefined ? undefined : lastInside.get(step.list)
    if (before !== undefined) after(before)
    if (!step.plain)
      for (const place of step.reads) {
        const source = ordered.findLast(({ step: { writes } }) => writes !== undefined && overlap(writes, place))
        if (source !== undefined && !source.step.plain) after(source)
      }
    clock[step.thread]!++
    if (ordered.some((earlier) => isConflict(earlier.step, step) && !comesBefore(earlier, clock))) return true
    const done = { step, clock: [...clock] }
    ordered.push(done)
    if (step.list !== undefined) lastInside.set(step.list, done)
  }
  return false
}

function comesBefore({ step, clock }: Ordered, later: readonly number[]): boolean {
  return later[step.thread]! >= clock[step.thread]!
}

/** Not both atomic (all atomics of this language have the same range, if bytes are left out), and one of them a write. */
function isConflict(a: Effect, b: Effect): boolean {
  if (a.thread === b.thread || !(a.plain || b.plain)) return false
  return touches(a, b.writes) || touches(b, a.writes)
}

function touches({ reads, writes }: Effect, place: Place | undefined): boolean {
  if (place === undefined) return false
  return reads.some((read) => overlap(read, place)) || (writes !== undefined && overlap(writes, place))
}

function overlap(a: Place, b: Place): boolean {
  return a.cell === b.cell && (a.byte === undefined || b.byte === undefined || a.byte === b.byte)
}
