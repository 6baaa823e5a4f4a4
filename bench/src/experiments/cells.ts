/** What an experiment measures: each combination of its axes' values, and once more the first of those that are compared. */
import { AGAIN } from "../chance.js"
import type { Experiment, Place, Value } from "./experiment.js"
import { NODE_AXIS, type Rig } from "./rig.js"

export interface Cell {
  /** Different for each. */
  readonly name: string
  readonly place: Place
  /** The same thing measured once more: what differs between both is chance. */
  readonly isAgain: boolean
}

/** All that an experiment asks for, were all of it possible. */
export function cellsOf(experiment: Experiment, rig: Rig): Cell[] {
  return withAgain(askedFor(experiment, rig), rig)
}

/** Each combination once. */
export function askedFor({ axes }: Experiment, rig: Rig): Cell[] {
  const values = Object.entries(rig.axes).map(([name, { usual }]) => [name, axes[name] ?? usual.slice(0, 1)] as const)
  return product(values).map((place) => ({ name: nameOf(place), place, isAgain: false }))
}

/** And once more the first of each that differ only in what is compared. */
export function withAgain(cells: readonly Cell[], rig: Rig): Cell[] {
  const seen = new Set<string>()
  return cells.flatMap((cell) => {
    const key = without(cell.place, rig.compares)
    if (seen.has(key)) return [cell]
    seen.add(key)
    return [cell, { ...cell, name: `${cell.name}${AGAIN}`, isAgain: true }]
  })
}

/** The values alone: their order is the rig's. */
export const nameOf = (place: Place) => Object.values(place).join("/")

/** `place` without one axis, as a key: what has the same key differs in that axis only. */
export function without(place: Place, axis: string): string {
  return nameOf({ ...place, [axis]: "*" })
}

/** In words, of those axes that have several values; "" when none has. */
export function told(place: Place, cells: readonly Cell[], rig: Rig, leaveOut: readonly string[] = []): string {
  const varied = Object.keys(place).filter(
    (axis) =>
      !leaveOut.includes(axis) &&
      // Which Node it was is always told where it was asked for.
      (axis === NODE_AXIS || new Set(cells.map((cell) => cell.place[axis])).size > 1),
  )
  return varied.map((axis) => `${rig.axes[axis]!.title} ${place[axis]}`).join(", ")
}

/** Places that agree with a part of one. */
export const matches = (place: Place, part: Place) =>
  Object.entries(part).every(([axis, value]) => place[axis] === value)

function product(axes: readonly (readonly [string, readonly Value[]])[]): Place[] {
  return axes.reduce<Place[]>(
    (places, [name, values]) => places.flatMap((place) => values.map((value) => ({ ...place, [name]: value }))),
    [{}],
  )
}
