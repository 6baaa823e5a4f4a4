/** Models with asynchronous threads: the same search, in a task in which the event loop is turned by hand. */
import { explore } from "./explore.js"
import type { AsyncModel, Model, Options, Result } from "./model.js"
import { whileTurning } from "./platform/event-loop.js"
import { replay } from "./replay.js"

/**
 * As `explore`, for models whose threads, or other functions, may be asynchronous. Does not block before it is awaited, but
 * then as `explore` does.
 */
export function exploreAsync<S = SharedArrayBuffer, R = unknown>(
  model: AsyncModel<S, R>,
  options: Options = {},
): Promise<Result> {
  return whileTurning(() => explore(model as unknown as Model<S, R>, options))
}

/** As `replay`, for the same models. */
export function replayAsync<S = SharedArrayBuffer, R = unknown>(
  model: AsyncModel<S, R>,
  schedule: string,
  options: Options = {},
): Promise<Result> {
  return whileTurning(() => replay(model as unknown as Model<S, R>, schedule, options))
}
