/** A search that was ended early, as data: another one goes on from there, and comes to the same counts as one that was not. */
import type { Machine } from "../execution/machine.js"
import type { Checkpoint, Model, Options } from "../model.js"
import { ExploreError } from "../refusal.js"
import type { Place } from "../search/depth-first.js"
import { textOf } from "../text.js"

export interface Counted {
  executions: number
  blocked: number
  truncated: number
  ms: number
  readonly outcomes: Map<string, number>
}

/** The other strategies are not one walk through all orders. */
export function canBeGoneOn({ strategy = "exhaustive", maxPreemptions }: Options): boolean {
  return strategy === "exhaustive" || (strategy === "naive" && maxPreemptions === undefined)
}

export function checkpointOf(
  place: Place,
  machine: Machine,
  { outcomes, ...counts }: Counted,
  model: Model<unknown>,
  options: Options,
): Checkpoint {
  return {
    version: 1,
    search: searchOf(model, options),
    place,
    ...counts,
    steps: machine.steps,
    outcomes: [...outcomes],
    cutLooks: [...machine.cutLooks],
    unseen: [...machine.unseen],
    unshared: [...machine.unshared],
    assumes: machine.assumes,
  }
}

/**
 * What was counted until then. The machine knows what was seen; the steps that lead to the next execution count once.
 *
 * @throws ExploreError if it is none, or one of another model or search
 */
export function countedUntil(given: Checkpoint, machine: Machine, model: Model<unknown>, options: Options): Counted {
  if (!canBeGoneOn(options))
    throw new ExploreError("checkpoint", `Cannot go on with strategy ${options.strategy}: exhaustive and naive can`)
  if (!isCheckpoint(given)) throw new ExploreError("checkpoint", `Cannot go on: ${textOf(given)} is no checkpoint`)
  if (given.search !== searchOf(model, options))
    throw new ExploreError(
      "checkpoint",
      "Cannot go on: the checkpoint is of another model, of other code, or of another search",
    )
  machine.steps = given.steps - (given.place.schedule.length - 1)
  for (const [place, message] of given.cutLooks) machine.cutLooks.set(place, message)
  for (const [place, message] of given.unseen) machine.unseen.set(place, message)
  machine.unshared.push(...given.unshared)
  machine.assumes = given.assumes
  const { executions, blocked, truncated, ms } = given
  return { executions, blocked, truncated, ms, outcomes: new Map(given.outcomes) }
}

function isCheckpoint(given: Checkpoint): boolean {
  if (typeof given !== "object" || given === null || given.version !== 1) return false
  const { place, executions, blocked, truncated, ms, steps } = given
  const rows = [place?.schedule, place?.toTry, place?.sleep]
  return (
    rows.every((row) => Array.isArray(row) && row.length === rows[0]!.length && row.every(Number.isInteger)) &&
    rows[0]!.length > 0 &&
    [executions, blocked, truncated, ms, steps].every((count) => typeof count === "number" && count >= 0) &&
    [given.outcomes, given.cutLooks, given.unseen, given.unshared].every(Array.isArray)
  )
}

/** What must be the same: all that the model says of itself, the text of its code, and how it is searched. */
function searchOf(model: Model<unknown>, options: Options): string {
  const text = (_: string, value: unknown) => (typeof value === "function" ? String(value) : value)
  const { strategy = "exhaustive", seed = 1, spins = "automatic", races = true, maxSteps, beginning } = options
  const given = [model, strategy, seed, spins, races, maxSteps, beginning]
  // Older places know of no such steps, and would name others.
  const ordersStarts = !races || (model.allowedRaces ?? []).length > 0
  return hashOf(JSON.stringify(ordersStarts ? [...given, "starts"] : given, text))
}

/** FNV-1a, twice. */
function hashOf(text: string): string {
  const [low, high] = [0x811c9dc5, 0x01000193].map((basis) => {
    let hash = basis
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    return (hash >>> 0).toString(16).padStart(8, "0")
  })
  return `${low}${high}`
}
