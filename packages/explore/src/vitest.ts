/** For tests, of vitest or any other runner: what is not as expected is thrown, with its table. */
import { explore } from "./explore.js"
import { exploreAsync } from "./explore-async.js"
import type { AsyncModel, Failure, FailureVerdict, Model, Options, Pass, Result } from "./model.js"
import { linearizable } from "./linearizability/linearizable.js"
import type { Linearizable, LinearizableOptions, LinearizablePass } from "./linearizability/linearizable.js"
import { reportLinearizable } from "./linearizability/report.js"
import { report } from "./reports/report.js"

export { explore } from "./explore.js"
export { exploreAsync, replayAsync } from "./explore-async.js"
export { replay } from "./replay.js"
export { report } from "./reports/report.js"

/** A test's failure: the report is its message. */
export class ExplorationError extends Error {
  override readonly name = "ExplorationError"
}

/** Explores; throws the table and the line that replays it if some execution fails, or if not all were explored. */
export function expectPass<S = SharedArrayBuffer, R = unknown>(model: Model<S, R>, options: Options = {}): Pass {
  return passOf(explore(model, options), options)
}

/** The same for models with asynchronous functions. */
export async function expectPassAsync<S = SharedArrayBuffer, R = unknown>(
  model: AsyncModel<S, R>,
  options: Options = {},
): Promise<Pass> {
  return passOf(await exploreAsync(model, options), options)
}

function passOf(result: Result, options: Options): Pass {
  if (result.verdict !== "pass") throw new ExplorationError(report(result), { cause: result.error })
  const { strategy = "exhaustive" } = options
  if (!result.exhaustive && (strategy === "exhaustive" || strategy === "naive"))
    throw new ExplorationError(`Exploration is not exhaustive: ${report(result)}`)
  return result
}

/** Explores; throws if no execution fails, or if one fails otherwise. */
export function expectFailure<S = SharedArrayBuffer, R = unknown>(
  model: Model<S, R>,
  verdict: FailureVerdict,
  options: Options = {},
): Failure {
  return failureOf(explore(model, options), verdict)
}

/** The same for models with asynchronous functions. */
export async function expectFailureAsync<S = SharedArrayBuffer, R = unknown>(
  model: AsyncModel<S, R>,
  verdict: FailureVerdict,
  options: Options = {},
): Promise<Failure> {
  return failureOf(await exploreAsync(model, options), verdict)
}

function failureOf(result: Result, verdict: FailureVerdict): Failure {
  if (result.verdict === verdict) return result
  throw new ExplorationError(`Exploration was expected to end with "${verdict}"\n${report(result)}`)
}

/** Looks at scenarios; throws the smallest that fails, with its calls and its steps, or says that not every order of them was seen. */
export async function expectLinearizable<M, S = M>(
  subject: Linearizable<M, S>,
  options: LinearizableOptions = {},
): Promise<LinearizablePass> {
  const result = await linearizable(subject, options)
  const { strategy = "exhaustive" } = options
  if (result.verdict === "pass" && (result.exhaustive || strategy !== "exhaustive")) return result
  throw new ExplorationError(reportLinearizable(result))
}
