/**
 * Plain accesses, as a part of the step that they come after. Where races are looked for and none is allowed, their order needs no
 * look: of executions that differ in it alone one is explored, and the race is found there. Where a race is no failure, it makes
 * executions different like the order of two operations.
 */
import type { Machine } from "../execution/machine.js"
import type { Guard, PlainAccess, Point } from "../execution/point.js"
import { ACCESSES, WRITES } from "../platform/operation.js"
import { overlaps } from "./dependence.js"

/** Whether two steps depend on each other by plain accesses of either. */
export function meetPlainly(machine: Machine, earlier: number, later: number): boolean {
  const accesses = machine.transition[later]?.accesses
  return meets(machine, earlier, machine.point[later]!, machine.effects[later]!, accesses)
}

/** The same for a step that is to come, from a point: with the accesses of all the ways on that are known. */
export function mightMeetPlainly(machine: Machine, depth: number, point: Point, effects: number): boolean {
  if (meets(machine, depth, point, effects, undefined)) return true
  return point.isPlain && point.ways().some(({ accesses }) => meets(machine, depth, point, effects, accesses))
}

/** Whether a step's plain accesses wrote what a guard looks at. */
export function writesPlainly(machine: Machine, depth: number, guard: Guard): boolean {
  const accesses = machine.transition[depth]?.accesses
  return accesses !== undefined && writesTo(accesses, guard)
}

function meets(
  machine: Machine,
  depth: number,
  point: Point,
  effects: number,
  accesses: readonly PlainAccess[] | undefined,
): boolean {
  const others = machine.transition[depth]?.accesses
  if (others !== undefined && (touch(others, point, effects) || (accesses !== undefined && cross(others, accesses))))
    return true
  return accesses !== undefined && touch(accesses, machine.point[depth]!, machine.effects[depth]!)
}

/** Plain accesses, and an operation with what its guard looks at. */
function touch(accesses: readonly PlainAccess[], { start, end, guard }: Point, effects: number): boolean {
  if (guard !== undefined && writesTo(accesses, guard)) return true
  if ((effects & ACCESSES) === 0) return false
  for (const { offset, bytes, write } of accesses)
    if (offset < end && start < offset + bytes && (write || (effects & WRITES) !== 0)) return true
  return false
}

function writesTo(accesses: readonly PlainAccess[], guard: Guard): boolean {
  return accesses.some(({ offset, bytes, write }) => write && overlaps(guard, offset, offset + bytes))
}

function cross(some: readonly PlainAccess[], others: readonly PlainAccess[]): boolean {
  for (const one of some)
    for (const other of others)
      if (
        (one.write || other.write) &&
        one.offset < other.offset + other.bytes &&
        other.offset < one.offset + one.bytes
      )
        return true
  return false
}
