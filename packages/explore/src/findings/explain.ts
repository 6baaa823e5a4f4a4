/** From a failure that was found to one that can be told: shrunk, run again with its places in the code. */
import type { Found } from "../execution/found.js"
import type { Failure, Model, Options } from "../model.js"
import { Replayer } from "./replayer.js"
import { formatSchedule } from "../schedule.js"
import { shrink } from "./shrink.js"
import { traceOf } from "./trace.js"

export type Explained = Pick<Failure, "verdict" | "message" | "schedule" | "trace" | "switches" | "error" | "racing">

export function explain(model: Model<unknown>, options: Options, found: Found, schedule: readonly number[]): Explained {
  const shrinks = options.shrink !== false && found.verdict !== "nondeterminism"
  const shorter = shrinks ? shrink(model, options, schedule, found.verdict) : schedule
  return explainSchedule(model, options, found, shorter)
}

/** Runs the schedule with an eye on places. `found` is what is told if it comes out differently. */
export function explainSchedule(
  model: Model<unknown>,
  options: Options,
  found: Found,
  schedule: readonly number[],
): Explained {
  const replayer = new Replayer(model, options, true)
  const attempt = replayer.run(schedule)
  const told = attempt.found?.verdict === found.verdict ? attempt.found : found
  return toldOf(replayer, attempt.preemptions, told)
}

/** The failure at which the replayer stands. */
export function toldOf(replayer: Replayer, preemptions: number, found: Found): Explained {
  const { body, machine } = replayer.exploration
  const { steps, rowOf } = traceOf(replayer.exploration)
  const told = {
    verdict: found.verdict,
    message: found.message,
    schedule: formatSchedule(machine.thread, machine.told, body.startsInSteps),
    trace: steps,
    switches: preemptions,
  }
  const withError = "error" in found ? { ...told, error: found.error } : told
  if (found.racing === undefined) return withError
  const [first, second] = found.racing
  return { ...withError, racing: [rowOf(first), rowOf(second)] }
}
