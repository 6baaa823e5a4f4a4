/** The search as a whole: executions one after the other, until there are no more or one fails. */
import { DepthFirst } from "./depth-first.js"
import { Dpor } from "./dpor.js"
import { Exploration } from "./execution.js"
import type { Model, Options, Result } from "./model.js"
import { judge } from "./verdict.js"

export function explore<S>(model: Model<S>, options: Options = {}): Result {
  const started = performance.now()
  const exploration = new Exploration(model as unknown as Model<unknown>, options, false)
  const { machine } = exploration
  const strategy = options.strategy ?? "exhaustive"
  const maxSteps = options.maxSteps ?? 10_000
  const search = strategy === "naive" ? new DepthFirst(machine, maxSteps) : new Dpor(machine, maxSteps, options)
  exploration.begin(search)
  const outcomes = new Map<string, number>()
  let executions = 0
  let blocked = 0
  let truncated = 0
  let complete = false
  const most = options.executions ?? Infinity
  const deadline = started + (options.timeMs ?? Infinity)
  for (;;) {
    exploration.run()
    if (search.blocked) blocked++
    else if (search.truncated) truncated++
    else if (machine.found === undefined) {
      executions++
      judge(exploration, outcomes)
    }
    if (machine.found !== undefined) break
    if (executions >= most || (options.timeMs !== undefined && performance.now() >= deadline)) break
    if (!search.backtrack()) {
      complete = true
      break
    }
  }
  const counts = {
    model: model.name ?? "",
    threadNames: exploration.threadNames,
    executions,
    blocked,
    steps: machine.steps,
    ms: performance.now() - started,
    outcomes,
    strategy,
    seed: options.seed ?? 1,
  }
  const { found } = machine
  if (found === undefined) return { verdict: "pass", exhaustive: complete && truncated === 0, truncated, ...counts }
  return { ...counts, ...found, racing: undefined, schedule: "", trace: [], switches: 0 } as never
}
