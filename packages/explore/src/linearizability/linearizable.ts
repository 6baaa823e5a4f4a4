/** Scenarios by chance, each explored, and the first that fails made as small as can be: what Lincheck does for Kotlin. */
import { type MayBe, SEARCH, refuseOptions, wholeFrom } from "../execution/options.js"
import { exploreAsync } from "../explore-async.js"
import type { Failure, Options } from "../model.js"
import { RandomNumbers } from "../search/random-walk.js"
import { scenarioModel, MOST_THREADS, Unexplained, withCalls } from "./model.js"
import type { Operation, Subject } from "./model.js"
import type { Sequential } from "./history.js"
import { ExploreError } from "../refusal.js"
import { textOf } from "../text.js"
import { callsOf, generate, smaller } from "./scenario.js"
import type { Scenario } from "./scenario.js"

/** An object that threads use together, and what it is to be like. */
export interface Linearizable<M, S = M> extends Subject<M, S> {
  readonly name?: string
  /** Bytes of the memory that `make` is given. Without it, it makes its own. */
  readonly memory?: number
  /** Makes what threads share, as `setup` of a model does. */
  readonly make: Subject<M, S>["make"]
  /** What a thread makes of that for itself; without it, all use what `make` made. */
  readonly attach?: (made: M) => S
  /** By name; what each gives back, or the promise of it, is compared. One that may wait for ever must not be among them. */
  readonly operations: Readonly<Record<string, Operation<S>>>
  /** Lists of arguments of an operation, one of which is taken; without any, it is called without arguments. */
  readonly arguments?: Readonly<Record<string, readonly (readonly unknown[])[]>>
  /** Makes an object that does the same, used by one thread only. */
  readonly specification: () => Sequential
}

export interface LinearizableOptions extends Pick<Options, "strategy" | "maxPreemptions" | "maxSteps" | "races"> {
  /** How many scenarios; default 30. */
  readonly scenarios?: number
  /** Threads of each, 2 to 8; default 2. */
  readonly threads?: number
  /** Calls of each thread, at most; default 2. */
  readonly calls?: number
  /** Calls before the threads begin, and after they have ended, at most; default 2. */
  readonly before?: number
  readonly after?: number
  /** Of each scenario; default 10,000. */
  readonly executions?: number
  /** No further scenario is begun after so long. */
  readonly timeMs?: number
  readonly seed?: number
}

interface Looked {
  readonly name: string
  readonly scenarios: number
  /** Over all scenarios. */
  readonly executions: number
  readonly ms: number
  readonly seed: number
}

export interface LinearizablePass extends Looked {
  readonly verdict: "pass"
  /** Whether of each of the scenarios that were asked for every order was explored. (Others are another matter.) */
  readonly exhaustive: boolean
}

export interface LinearizableFailure extends Looked {
  /** `not-linearizable`: no order of the calls explains what they gave back. */
  readonly verdict: Failure["verdict"] | "not-linearizable"
  readonly message: string
  /** With as few calls as possible. */
  readonly scenario: Scenario
  /** The exploration of that scenario; its trace names the calls. */
  readonly failure: Failure
}

export type LinearizableResult = LinearizablePass | LinearizableFailure

const SCENARIOS = 30
const EXECUTIONS = 10_000

const MAY_BE: MayBe<keyof LinearizableOptions> = {
  strategy: SEARCH.strategy,
  maxPreemptions: SEARCH.maxPreemptions,
  maxSteps: SEARCH.maxSteps,
  races: SEARCH.races,
  timeMs: SEARCH.timeMs,
  seed: SEARCH.seed,
  scenarios: wholeFrom(1),
  threads: wholeFrom(2, MOST_THREADS),
  calls: wholeFrom(1),
  before: wholeFrom(0),
  after: wholeFrom(0),
  executions: wholeFrom(1),
}

/** @throws ExploreError for what is no subject: nobody would be called, or what is called runs none of its body */
function refuseSubject<M, S>({ make, operations, specification, attach }: Linearizable<M, S>): void {
  const refuse = (what: string, given: unknown) => {
    const isGenerator = /GeneratorFunction/.test(Object.prototype.toString.call(given))
    if (typeof given === "function" && !isGenerator) return
    const is = isGenerator ? "a generator function" : `${textOf(given)}, no function`
    throw new ExploreError("function", `Cannot explore ${what}: it is ${is}`)
  }
  refuse("make", make)
  refuse("specification", specification)
  if (attach !== undefined) refuse("attach", attach)
  if (typeof operations !== "object" || operations === null)
    throw new ExploreError("model", `Cannot explore operations: they are ${textOf(operations)}, no object of functions`)
  for (const [name, operation] of Object.entries(operations)) refuse(`operation ${name}`, operation)
}

/** Looks for a scenario, and an order of its steps, that the specification does not explain. */
export async function linearizable<M, S = M>(
  subject: Linearizable<M, S>,
  options: LinearizableOptions = {},
): Promise<LinearizableResult> {
  const started = performance.now()
  refuseOptions(options, MAY_BE)
  if (typeof subject !== "object" || subject === null)
    throw new ExploreError("model", `Cannot explore ${textOf(subject)}: it is no object with operations`)
  refuseSubject(subject)
  const { scenarios = SCENARIOS, threads = 2, calls = 2, before = 2, after = 2, timeMs = Infinity, seed = 1 } = options
  const strangers = Object.keys(subject.arguments ?? {}).filter((name) => !Object.hasOwn(subject.operations, name))
  if (strangers.length > 0) throw new RangeError(`There are arguments of no operation: ${strangers.join(", ")}`)
  const there = callsOf(subject.operations, subject.arguments)
  if (there.length === 0) throw new RangeError("There are no operations to call")
  const sequential = subject.specification()
  const unknown = Object.keys(subject.operations).filter((name) => typeof sequential[name] !== "function")
  if (unknown.length > 0) throw new RangeError(`The specification does not say what these do: ${unknown.join(", ")}`)
  const random = new RandomNumbers(seed)
  const shape = { threads, calls, before, after }
  let looked = 0
  let executions = 0
  let exhaustive = true
  const soFar = () => ({
    name: subject.name ?? "",
    scenarios: looked,
    executions,
    ms: performance.now() - started,
    seed,
  })
  const explore = async (scenario: Scenario) => {
    const { strategy, maxPreemptions, maxSteps, races } = options
    const given = Object.entries({ strategy, maxPreemptions, maxSteps, races }).filter(
      ([, value]) => value !== undefined,
    )
    const search = { executions: options.executions ?? EXECUTIONS, seed, ...Object.fromEntries(given) }
    const result = await exploreAsync(scenarioModel(subject, scenario), search)
    executions += result.executions
    return result
  }
  for (; looked < scenarios && performance.now() - started < timeMs;) {
    const scenario = generate(there, shape, (limit) => random.below(limit))
    const result = await explore(scenario)
    looked++
    if (result.verdict === "pass") {
      exhaustive &&= result.exhaustive
      continue
    }
    const [least, failure] = await shrink(scenario, result, explore)
    return {
      verdict: failure.error instanceof Unexplained ? "not-linearizable" : failure.verdict,
      message: failure.message,
      scenario: least,
      failure: { ...failure, trace: withCalls(failure.trace, least) },
      ...soFar(),
    }
  }
  return { verdict: "pass", exhaustive: exhaustive && looked === scenarios, ...soFar() }
}

/** Leaves out one call after the other, as long as it fails in the same way. */
async function shrink(
  scenario: Scenario,
  failure: Failure,
  explore: (scenario: Scenario) => Promise<{ readonly verdict: string }>,
): Promise<[Scenario, Failure]> {
  for (const candidate of smaller(scenario)) {
    const result = await explore(candidate)
    if (result.verdict === failure.verdict) return shrink(candidate, result as Failure, explore)
  }
  return [scenario, failure]
}
