/** The search as a whole: executions one after the other, until there are no more or one fails. */
import { NaiveBounded, PreemptionBounded } from "./search/bounded.js"
import { DepthFirst } from "./search/depth-first.js"
import type { Place } from "./search/depth-first.js"
import { Dpor } from "./search/dpor.js"
import { PlainOrders } from "./search/plain-orders.js"
import { NEVER } from "./execution/events.js"
import { Exploration } from "./execution/exploration.js"
import { canBeGoneOn, checkpointOf, countedUntil } from "./findings/checkpoint.js"
import type { Counted } from "./findings/checkpoint.js"
import { cutsOf } from "./findings/cut-short.js"
import type { EndedBy } from "./findings/cut-short.js"
import { explain } from "./findings/explain.js"
import type { Machine, Search } from "./execution/machine.js"
import { RANDOM_EXECUTIONS } from "./execution/options.js"
import type { Checkpoint, Model, Options, Result } from "./model.js"
import { aside } from "./platform/event-loop.js"
import { END } from "./platform/operation.js"
import { sitesOf } from "./findings/sites.js"
import { Races } from "./findings/races.js"
import { Pct, RandomWalk } from "./search/random-walk.js"
import { conclude, MOST_STEPS } from "./findings/replayer.js"

/** Every so many executions one is run again in full, to see that the code is deterministic. */
const AUDIT_EVERY = 512
const TELL_EVERY_MS = 100
const CHECKPOINT_EVERY_MS = 5_000

/** Runs the model's threads in all orders that matter, or those that the strategy asks for. Synchronous. */
export function explore<S = SharedArrayBuffer, R = unknown>(model: Model<S, R>, options: Options = {}): Result {
  const started = performance.now()
  const anyModel = model as unknown as Model<unknown>
  const exploration = new Exploration(anyModel, options, false)
  const { machine, body } = exploration
  const strategy = options.strategy ?? "exhaustive"
  let search = searchFor(strategy, machine, options)
  const races = options.races === false ? undefined : new Races(machine, body.initialAccesses, model.allowedRaces)
  machine.ordersPlain =
    exploration.mayRacePlainly && search instanceof Dpor && options.faults?.ignorePlainOrders !== true
  machine.dropsLooks = strategy === "exhaustive" || (strategy === "naive" && options.maxPreemptions === undefined)
  const counted: Counted =
    options.resume === undefined
      ? { executions: 0, blocked: 0, truncated: 0, ms: 0, outcomes: new Map() }
      : countedUntil(options.resume, machine, anyModel, options)
  if (options.resume !== undefined && search instanceof DepthFirst) search.goOnAt(options.resume.place)
  let before = counted.executions + counted.truncated
  const msBefore = counted.ms
  let walk = canBeGoneOn(options) && search instanceof DepthFirst ? search : undefined
  const isRandom = strategy === "random" || strategy === "pct"
  const most = options.executions ?? (isRandom && options.timeMs === undefined ? RANDOM_EXECUTIONS : Infinity)
  const { timeMs, onProgress, onCheckpoint } = options
  const isClockAsked = timeMs !== undefined || onProgress !== undefined || onCheckpoint !== undefined
  const clock = isClockAsked ? new Clock(started, options) : undefined
  if (timeMs !== undefined) machine.endsAtMs = started + timeMs
  const estimates = most !== Infinity || isClockAsked
  if (walk !== undefined) walk.estimates = estimates
  const rest = (place: Place) => {
    counted.ms = msBefore + performance.now() - started
    return checkpointOf(place, machine, counted, anyModel, options)
  }
  let endedBy: EndedBy | undefined
  body.covering = options.coverage === true
  exploration.begin(search)
  for (;;) {
    const { steps, depth } = machine
    exploration.run()
    if (machine.outOfTime) {
      endedBy = "time"
      giveUp(exploration, races, search)
      // Those count that lead to where it began, as in every checkpoint.
      if (walk !== undefined) machine.steps = steps + machine.depth - depth
      break
    }
    if (search instanceof Dpor && search.racesPlainly && machine.found === undefined) {
      search.restart()
      races?.forget(0)
      machine.search = search = walk = new PlainOrders(machine, options.maxSteps ?? MOST_STEPS, options)
      walk.estimates = estimates
      machine.steps = before = counted.executions = counted.blocked = counted.truncated = 0
      counted.outcomes.clear()
      continue
    }
    if (search.blocked || machine.dropped) counted.blocked++
    else {
      if (search.truncated) counted.truncated++
      else counted.executions++
      conclude(exploration, races, counted.outcomes, search.truncated)
      const { executions } = counted
      if (executions % AUDIT_EVERY === 0 || (executions & (executions - 1)) === 0) audit(exploration)
    }
    if (machine.found !== undefined || !search.next()) break
    const tried = counted.executions + counted.truncated + (isRandom ? counted.blocked : 0)
    endedBy = tried - before >= most ? "executions" : clock?.endedBy(counted, msBefore, walk, rest)
    if (endedBy !== undefined) break
    races?.forget(machine.depth)
  }
  const { executions, blocked, truncated, outcomes } = counted
  const counts = {
    model: model.name ?? "",
    threadNames: exploration.threadNames,
    executions,
    blocked,
    steps: machine.steps,
    ms: msBefore + performance.now() - started,
    outcomes,
    ...(body.covering ? { sites: sitesOf(body.firstPoints) } : {}),
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
      racesInPart: strategy === "exhaustive" && search instanceof PlainOrders && (options.beginning ?? []).length > 0,
      unshared: machine.unshared,
      assumes: machine.assumes,
    })
    const goesOn =
      endedBy === undefined || walk === undefined ? {} : { rest: rest(walk.place), ...estimated(counted, walk) }
    const neverSeen = Object.keys(model.outcomes ?? {}).filter((name) => !outcomes.has(name))
    const missing = neverSeen.length === 0 ? {} : { neverSeen }
    return { verdict: "pass", exhaustive: cutShort.length === 0, cutShort, truncated, ...counts, ...goesOn, ...missing }
  }
  const schedule = [...machine.thread.subarray(0, machine.told)]
  // What is cut off before its end is no shorter than it was.
  const how = machine.toldAtMost === NEVER ? options : { ...options, shrink: false }
  return { ...explain(anyModel, how, found, schedule), ...counts }
}

function searchFor(strategy: Options["strategy"], machine: Machine, options: Options) {
  const { maxSteps = MOST_STEPS, seed = 1, depth = 3, beginning = [] } = options
  const isBounded = strategy === "naive" && options.maxPreemptions !== undefined
  if (beginning.length > 0 && (strategy === "random" || strategy === "pct" || isBounded))
    throw new RangeError(`Option beginning is not for strategy ${strategy}${isBounded ? " with maxPreemptions" : ""}`)
  switch (strategy) {
    case "naive":
      return options.maxPreemptions === undefined
        ? new DepthFirst(machine, maxSteps, beginning)
        : new NaiveBounded(machine, maxSteps, options.maxPreemptions)
    case "preemption-bounded":
      return new PreemptionBounded(machine, maxSteps, options)
    case "random":
      return new RandomWalk(machine, maxSteps, seed)
    case "pct":
      return new Pct(machine, maxSteps, seed, depth)
    default:
      return options.resume?.place?.plain === true
        ? new PlainOrders(machine, maxSteps, options)
        : new Dpor(machine, maxSteps, options)
  }
}

/** Ends the search when its time is over, and tells how far it is. */
class Clock {
  private readonly started: number
  private readonly options: Options
  private tellMs = TELL_EVERY_MS
  private checkpointMs = CHECKPOINT_EVERY_MS

  constructor(started: number, options: Options) {
    this.started = started
    this.options = options
  }

  endedBy(
    counted: Counted,
    msBefore: number,
    walk: DepthFirst | undefined,
    rest: (place: Place) => Checkpoint,
  ): "time" | "stopped" | undefined {
    const { timeMs = Infinity, onProgress, onCheckpoint } = this.options
    const ms = performance.now() - this.started
    if (ms >= timeMs) return "time"
    if (walk !== undefined && ms >= this.checkpointMs) {
      this.checkpointMs = ms + CHECKPOINT_EVERY_MS
      if (onCheckpoint !== undefined) aside(() => onCheckpoint(rest(walk.place)))
    }
    if (ms < this.tellMs) return undefined
    this.tellMs = ms + TELL_EVERY_MS
    const estimate = walk === undefined ? {} : estimated(counted, walk)
    const { executions, blocked } = counted
    if (onProgress === undefined) return undefined
    const soFar = { executions, blocked, ms: msBefore + ms, ...estimate }
    return aside(() => onProgress(soFar)) === false ? "stopped" : undefined
  }
}

/** Before the first execution is done, nothing can be said. */
function estimated({ executions, truncated, blocked }: Counted, { share }: DepthFirst): { readonly estimate?: number } {
  return share === 0 ? {} : { estimate: Math.round((executions + truncated + blocked) / share) }
}

/** What was seen of an execution up to where the time was over: a race there is one, and nothing else counts. */
function giveUp(exploration: Exploration, races: Races | undefined, search: Search): void {
  conclude(exploration, races, new Map(), true)
  if (exploration.machine.found === undefined && search instanceof DepthFirst) search.giveUp()
}

/** Runs every thread of the execution again: most executions are put together from what is known. */
function audit(exploration: Exploration): void {
  const { machine, body } = exploration
  for (let thread = 0; thread < machine.loops.threads && machine.found === undefined; thread++)
    if (machine.count[thread]! > 0 || machine.points[thread]!.operation === END) body.audit(thread)
  exploration.lookAtUnshared()
}
