/** One schedule again, with all there is to tell about it. */
import { passOf } from "./findings/cut-short.js"
import { toldOf } from "./findings/explain.js"
import type { Model, Options, Result } from "./model.js"
import { refuseUnlessFollowed, Replayer } from "./findings/replayer.js"
import { hasStarts, parseSchedule } from "./schedule.js"

/**
 * Runs the one execution that a schedule describes; what the schedule leaves open goes on without preemptions.
 *
 * @throws ExploreError if the schedule is not one of this model.
 */
export function replay<S = SharedArrayBuffer, R = unknown>(
  model: Model<S, R>,
  schedule: string,
  options: Options = {},
): Result {
  const started = performance.now()
  const replayer = new Replayer(model as unknown as Model<unknown>, options, true, hasStarts(schedule))
  const attempt = replayer.run(parseSchedule(schedule, replayer.exploration.machine.size))
  refuseUnlessFollowed(attempt, schedule)
  const counts = {
    model: model.name ?? "",
    threadNames: replayer.exploration.threadNames,
    executions: 1,
    blocked: 0,
    steps: attempt.schedule.length,
    ms: performance.now() - started,
    outcomes: attempt.outcomes,
    strategy: "exhaustive" as const,
    seed: options.seed ?? 1,
  }
  if (attempt.found !== undefined) return { ...toldOf(replayer, attempt.preemptions, attempt.found), ...counts }
  return { ...passOf(attempt, options), ...counts }
}
