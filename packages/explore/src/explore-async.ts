/** Models with asynchronous threads: the same search, in a task in which the event loop is turned by hand. */
import { explore } from "./explore.js"
import type { AsyncModel, Model, Options, Result } from "./model.js"
import { whileTurning } from "./platform/event-loop.js"
import { refuseShape } from "./execution/model-shape.js"
import { ExploreError } from "./refusal.js"
import { replay } from "./replay.js"

/**
 * As `explore`, for models of which some function may be asynchronous. It begins in a task of its own, and blocks this
 * thread from there on as `explore` does.
 */
export function exploreAsync<S = SharedArrayBuffer, R = unknown>(
  model: AsyncModel<S, R>,
  options: Options = {},
): Promise<Result> {
  return eitherWay(model, options, (either) => explore(either, options))
}

/** As `replay`, for the same models. */
export function replayAsync<S = SharedArrayBuffer, R = unknown>(
  model: AsyncModel<S, R>,
  schedule: string,
  options: Options = {},
): Promise<Result> {
  return eitherWay(model, options, (either) => replay(either, schedule, options))
}

/**
 * Whether a model needs an event loop: it says so itself, or what it does first. That is seen with a loop: without one, what an
 * asynchronous thread has left would run for real when all of this is over, on memory that nobody else changes.
 * Of the options only `timeMs` counts: to see it takes no longer than what follows may.
 */
export async function isAsynchronous(model: Model<unknown>, options: Options): Promise<boolean> {
  if (saysSo(model)) return true
  return whileTurning((turning) => {
    try {
      const { timeMs } = options
      explore(model, { executions: 1, shrink: false, races: false, ...(timeMs === undefined ? {} : { timeMs }) })
    } catch {
      // Refused: whoever explores it is told why.
    }
    return turning.isNeeded
  })
}

/** Synchronously, which costs less, if it does what it does first without a loop; and from the start again if that was not all. */
async function eitherWay<S, R>(
  asyncModel: AsyncModel<S, R>,
  options: Options,
  work: (model: Model<S, R>) => Result,
): Promise<Result> {
  const model = asyncModel as unknown as Model<S, R>
  refuseShape(model)
  if (!(await isAsynchronous(model as Model<unknown>, options))) {
    try {
      return work(model)
    } catch (error) {
      if (!needsLoop(error)) throw error
    }
  }
  return whileTurning(() => work(model))
}

function saysSo<S, R>({ setup, threads, check, outcome, leaks }: Model<S, R>): boolean {
  const functions: readonly unknown[] = [setup, check, outcome, leaks, ...(Array.isArray(threads) ? threads : [])]
  return functions.some((code) => Object.prototype.toString.call(code) === "[object AsyncFunction]")
}

/** Refused for what a loop would do. Steps of a schedule that nobody can take may be those of messengers. */
function needsLoop(error: unknown): boolean {
  return error instanceof ExploreError && ["function", "wait-async", "schedule", "checkpoint"].includes(error.code)
}
