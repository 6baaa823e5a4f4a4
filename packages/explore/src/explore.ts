/** The search as a whole: executions one after the other, until there are no more or one fails. */
import { NaiveBounded, PreemptionBounded } from "./search/bounded.js"
import { DepthFirst } from "./search/depth-first.js"
import { Dpor } from "./search/dpor.js"
import { NEVER } from "./execution/events.js"
import { Exploration } from "./execution/exploration.js"
import { cutsOf } from "./findings/cut-short.js"
import type { EndedBy } from "./findings/cut-short.js"
import { explain } from "./findings/explain.js"
import type { Machine } from "./execution/machine.js"
import type { Model, Options, Result } from "./model.js"
import { END } from "./platform/operation.js"
import { Races } from "./findings/races.js"
import { Pct, RandomWalk } from "./search/random-walk.js"
import { conclude, MOST_STEPS } from "./findings/replayer.js"

/** Of random executions, if nothing bounds them. */
const RANDOM_EXECUTIONS = 10_000
/** Every so many executions one is run again in full, to see that the code is deterministic. */
const AUDIT_EVERY = 512
const TELL_EVERY_MS = 100

/** Runs the model's threads in all orders that matter, or those that the strategy asks for. Synchronous. */
export function explore<S = SharedArrayBuffer, R = unknown>(model: Model<S, R>, options: Options = {}): Result {
  const started = performance.now()
  const anyModel = model as unknown as Model<unknown>
  const exploration = new Exploration(anyModel, options, false)
  const { machine, body } = exploration
  const strategy = options.strategy ?? "exhaustive"
  const search = searchFor(strategy, machine, options)
  const races = options.races === false ? undefined : new Races(machine, body.initialAccesses, model.allowedRaces)
  machine.dropsLooks = strategy === "exhaustive" || (strategy === "naive" && options.maxPreemptions === undefined)
  exploration.begin(search)
  const outcomes = new Map<string, number>()
  let executions = 0
  let blocked = 0
  let truncated = 0
  let complete = false
  let endedBy: EndedBy | undefined
  const isRandom = strategy === "random" || strategy === "pct"
  const most = options.executions ?? (isRandom && options.timeMs === undefined ? RANDOM_EXECUTIONS : Infinity)
  const clock = options.timeMs === undefined && !options.onProgress ? undefined : new Clock(started, options)
  while (!complete) {
    exploration.run()
    if (search.blocked || machine.dropped) blocked++
    else {
      if (search.truncated) truncated++
      else executions++
      conclude(exploration, races, outcomes, search.truncated)
      if (executions % AUDIT_EVERY === 0 || (executions & (executions - 1)) === 0) audit(exploration)
    }
    if (machine.found !== undefined) break
    complete = !search.next()
    if (complete) break
    endedBy = executions + truncated >= most ? "executions" : clock?.endedBy(executions, blocked)
    if (endedBy !== undefined) break
    races?.forget(machine.depth)
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
  if (found === undefined) {
    const cutShort = cutsOf({
      options,
      endedBy,
      executions: executions + truncated,
      truncated,
      cutLooks: machine.cutLooks,
      unseen: machine.unseen,
      unshared: machine.unshared,
      assumes: machine.assumes,
    })
    return { verdict: "pass", exhaustive: cutShort.length === 0, cutShort, truncated, ...counts }
  }
  const schedule = [...machine.thread.subarray(0, machine.told)]
  // What is cut off before its end is no shorter than it was.
  const how = machine.toldAtMost === NEVER ? options : { ...options, shrink: false }
  return { ...explain(anyModel, how, found, schedule), ...counts }
}

function searchFor(strategy: Options["strategy"], machine: Machine, options: Options) {
  const { maxSteps = MOST_STEPS, seed = 1, depth = 3 } = options
  switch (strategy) {
    case "naive":
      return options.maxPreemptions === undefined
        ? new DepthFirst(machine, maxSteps, options.beginning)
        : new NaiveBounded(machine, maxSteps, options.maxPreemptions)
    case "preemption-bounded":
      return new PreemptionBounded(machine, maxSteps, options)
    case "random":
      return new RandomWalk(machine, maxSteps, seed)
    case "pct":
      return new Pct(machine, maxSteps, seed, depth)
    default:
      return new Dpor(machine, maxSteps, options)
  }
}

/** Ends the search when its time is over, and tells how far it is. */
class Clock {
  readonly #started: number
  readonly #endsMs: number
  readonly #onProgress: Options["onProgress"]
  #tellMs = TELL_EVERY_MS

  constructor(started: number, { timeMs = Infinity, onProgress }: Options) {
    this.#started = started
    this.#endsMs = timeMs
    this.#onProgress = onProgress
  }

  endedBy(executions: number, blocked: number): "time" | "stopped" | undefined {
    const ms = performance.now() - this.#started
    if (ms >= this.#endsMs) return "time"
    if (ms < this.#tellMs) return undefined
    this.#tellMs = ms + TELL_EVERY_MS
    return this.#onProgress?.({ executions, blocked, ms }) === false ? "stopped" : undefined
  }
}

/** Runs every thread of the execution again: most executions are put together from what is known. */
function audit(exploration: Exploration): void {
  const { machine, body } = exploration
  for (let thread = 0; thread < machine.loops.threads && machine.found === undefined; thread++)
    if (machine.count[thread]! > 0 || machine.points[thread]!.operation === END) body.audit(thread)
  exploration.lookAtUnshared()
}
