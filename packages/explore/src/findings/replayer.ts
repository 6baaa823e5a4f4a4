/** Runs single schedules of a model, one after the other, on the same machine. */
import { Exploration } from "../execution/exploration.js"
import { FixedSchedule } from "../search/fixed.js"
import type { Found } from "../execution/found.js"
import type { Model, Options } from "../model.js"
import { ExploreError } from "../refusal.js"
import { Races } from "./races.js"
import { judge } from "./verdict.js"

export interface Attempt {
  readonly found: Found | undefined
  /** The threads that stepped, in order; not quite what was asked for, if that was not possible. */
  readonly schedule: readonly number[]
  readonly preemptions: number
  /** Changes of the thread that steps. */
  readonly switches: number
  readonly outcomes: Map<string, number>
  readonly truncated: boolean
  /** Steps of the schedule that were not possible where it wanted them. */
  readonly missing: number
}

/** @throws ExploreError if the schedule, as it was given, is not one of the model */
export function refuseUnlessFollowed({ missing, found }: Attempt, schedule: string): void {
  if (missing === 0 || found !== undefined) return
  throw new ExploreError("schedule", `Cannot follow schedule "${schedule}": ${missing} of its steps are not possible`)
}

export class Replayer {
  readonly exploration: Exploration
  private readonly races: Races | undefined
  private readonly maxSteps: number
  private begun = false

  /** `withStarts`: as a schedule says that comes from somewhere else. */
  constructor(model: Model<unknown>, options: Options, tracing: boolean, withStarts?: boolean) {
    this.exploration = new Exploration(model, options, tracing, withStarts)
    const { machine, body } = this.exploration
    this.races = options.races === false ? undefined : new Races(machine, body.initialAccesses, model.allowedRaces)
    this.maxSteps = options.maxSteps ?? MOST_STEPS
  }

  run(schedule: readonly number[]): Attempt {
    const { exploration } = this
    const { machine } = exploration
    while (machine.depth > 0) machine.undo()
    const search = new FixedSchedule(machine, schedule, this.maxSteps)
    if (this.begun) {
      machine.found = undefined
      machine.search = search
    } else exploration.begin(search)
    this.begun = true
    exploration.run()
    const outcomes = new Map<string, number>()
    conclude(exploration, this.races, outcomes, search.truncated)
    this.races?.forget(0)
    const taken = [...machine.thread.subarray(0, machine.told)]
    return {
      found: machine.found,
      schedule: taken,
      preemptions: taken.filter((thread, at) => at > 0 && isPreemption(taken[at - 1]!, thread, search.enabledAt[at]!))
        .length,
      switches: taken.filter((thread, at) => at > 0 && thread !== taken[at - 1]).length,
      outcomes,
      truncated: search.truncated,
      missing: search.missing,
    }
  }
}

/** Default of `maxSteps`. */
export const MOST_STEPS = 10_000

function isPreemption(last: number, thread: number, enabled: number): boolean {
  return thread !== last && (enabled & (1 << last)) !== 0
}

/** Looks at an execution that has ended: races first, for they explain the rest. */
export function conclude(
  exploration: Exploration,
  races: Races | undefined,
  outcomes: Map<string, number>,
  truncated: boolean,
): void {
  const { machine } = exploration
  if (races !== undefined && (machine.plain || machine.widths.mixed)) races.find()
  if (machine.found === undefined && !truncated && !machine.dropped) judge(exploration, outcomes)
}
