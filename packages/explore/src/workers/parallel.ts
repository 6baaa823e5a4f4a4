/**
 * The same search in worker threads. The first steps are all tried in all orders; each such beginning is a job, with the
 * sleep set it has in a search of one thread, so jobs share no execution.
 */
import { cutOfSteps } from "../findings/cut-short.js"
import { mergedSites } from "../findings/sites.js"
import type { CutShort, Model, Options, Pass, Progress, Result } from "../model.js"
import { Budget } from "./budget.js"
import { Crew, type Member } from "./crew.js"
import { refuseShape } from "../execution/model-shape.js"
import { type MayBe, SEARCH, refuseOptions } from "../execution/options.js"
import { importRecorded, refuseInWorker } from "./modules.js"
import type { Job } from "./crew.js"

/** Jobs per worker: enough that none has nothing to do for long. */
const JOBS_PER_WORKER = 16
const MOST_JOBS = 20_000

export interface ParallelOptions extends Options {
  /** How many workers; default 2. */
  readonly jobs?: number
  /** Given to the export, if it is a function that makes the model; must be cloneable. */
  readonly argument?: unknown
  /** Ends the search: what was seen until then comes back. */
  readonly signal?: AbortSignal
}

const MAY_BE: MayBe<keyof ParallelOptions> = {
  ...SEARCH,
  jobs: ["a whole number from 1", (given) => Number.isInteger(given) && (given as number) >= 1],
  argument: ["anything", () => true],
  signal: ["an AbortSignal", (given) => given instanceof AbortSignal],
}

/** A model, or what makes one. */
export type ModelSource = Model<unknown> | ((argument: unknown) => Model<unknown> | Promise<Model<unknown>>)

/**
 * Explores the model that a module exports, or that an exported function makes, in worker threads: on several cores, and
 * without blocking this thread. A model is made of functions, so it is named here, and each worker imports it.
 */
export async function exploreParallel(
  modelUrl: string | URL,
  exportName: string,
  options: ParallelOptions = {},
): Promise<Result> {
  refuseOptions(options, MAY_BE)
  const { jobs: workers = 2, argument, signal, onProgress, onCheckpoint, ...search } = options
  if (workers > 1 && (onCheckpoint !== undefined || search.resume !== undefined))
    throw new RangeError(`Cannot keep, or go on from, the place of ${workers} workers: give one job`)
  refuseInWorker("explore in parallel")
  const started = performance.now()
  const model = await importModel(String(modelUrl), exportName, argument)
  refuseShape(model)
  const crew = new Crew({ modelUrl: String(modelUrl), exportName, argument, options: search })
  const first = crew.hire()
  const jobs = jobsFor(search, model.threads.length, (await isWhole(first, workers)) ? 1 : workers)
  const stop = () => crew.stop()
  signal?.addEventListener("abort", stop)
  if (signal?.aborted === true) stop()
  const results: (Result | undefined)[] = []
  const running = new Map<number, Progress>()
  const tell = (number: number, soFar: Progress) => {
    running.set(number, soFar)
    const done = results.filter((result) => result !== undefined)
    const all = total([...done, ...running.values()], performance.now() - started)
    // Of parts that nobody has begun nothing is known.
    const estimate = jobs.length === 1 && soFar.estimate !== undefined ? { estimate: soFar.estimate } : {}
    if (onProgress?.({ ...all, ...estimate }) === false) stop()
  }
  const budget = new Budget(search, started)
  const members = Math.min(workers, jobs.length)
  const spare = [first]
  let next = 0
  let idle = members
  const work = async () => {
    const member = spare.pop() ?? crew.hire()
    try {
      do {
        const share = budget.deal(--idle, next === 0)
        if (share === undefined) break
        const number = next++
        const result = await member.ask({ job: jobs[number]!, share }, (soFar) => tell(number, soFar), onCheckpoint)
        idle++
        budget.putBack(share, result)
        running.delete(number)
        results[number] = result
        if (result.verdict !== "pass") crew.stop()
      } while (next < jobs.length && !crew.stopped)
    } finally {
      await member.dismiss()
    }
  }
  try {
    await Promise.all(Array.from({ length: members }, work))
  } finally {
    signal?.removeEventListener("abort", stop)
  }
  return merge(results, { jobs: jobs.length, ms: performance.now() - started, options: search, budget })
}

/**
 * The model that a module exports, or that an exported function makes. Unlike with `import`, shared memory that its
 * libraries make while they are imported is part of it.
 *
 * @throws TypeError if the module has no such export
 */
export async function importModel(url: string, exportName: string, argument: unknown): Promise<Model<unknown>> {
  const source = ((await importRecorded(url)) as Record<string, ModelSource | undefined>)[exportName]
  if (source === undefined) throw new TypeError(`Cannot explore "${exportName}": the module exports no such model`)
  return typeof source === "function" ? source(argument) : source
}

/**
 * Whether the search is one job. Messengers take steps as well, and how many there are is not said. A worker looks: the model may loop without
 * a step, and whoever hires has to hear that it is to stop.
 */
async function isWhole(member: Member, workers: number): Promise<boolean> {
  if (workers === 1) return true
  try {
    return await member.isAsynchronous()
  } catch (error) {
    await member.dismiss()
    throw error
  }
}

function jobsFor(options: Options, threads: number, workers: number): Job[] {
  const { strategy = "exhaustive", beginning: first = [] } = options
  if (strategy === "random" || strategy === "pct") return Array.from({ length: workers }, (_, run) => ({ run }))
  // The bound rises over the whole search; there is nothing to share. Nor is there with one worker, or fewer than two threads.
  if (strategy === "preemption-bounded" || workers === 1 || threads < 2) return [{ beginning: first }]
  let beginnings: number[][] = [[...first]]
  while (beginnings.length < workers * JOBS_PER_WORKER && beginnings.length * threads <= MOST_JOBS)
    beginnings = beginnings.flatMap((beginning) =>
      Array.from({ length: threads }, (_, thread) => [...beginning, thread]),
    )
  return beginnings.map((beginning) => ({ beginning }))
}

function total(parts: readonly { readonly executions: number; readonly blocked: number }[], ms: number): Progress {
  const executions = parts.reduce((sum, part) => sum + part.executions, 0)
  return { executions, blocked: parts.reduce((sum, part) => sum + part.blocked, 0), ms }
}

function uniqueCuts(cuts: readonly CutShort[]): CutShort[] {
  return [...new Map(cuts.map((cut) => [cut.message, cut])).values()]
}

/** One result of all; the failure of the first job that failed. */
function merge(
  results: readonly (Result | undefined)[],
  { jobs, ms, options, budget }: { jobs: number; ms: number; options: Options; budget: Budget },
): Result {
  const all = results.filter((result) => result !== undefined)
  const outcomes = new Map<string, number>()
  for (const result of all)
    for (const [name, times] of result.outcomes) outcomes.set(name, (outcomes.get(name) ?? 0) + times)
  const steps = all.reduce((sum, result) => sum + result.steps, 0)
  const sites = options.coverage === true ? { sites: mergedSites(all.map((result) => result.sites ?? [])) } : {}
  const counts = { ...total(all, ms), steps, outcomes, ...sites }
  const failure = all.find((result) => result.verdict !== "pass")
  if (failure !== undefined) return { ...failure, ...counts }
  const passes = all as readonly Pass[]
  const truncated = passes.reduce((sum, pass) => sum + pass.truncated, 0)
  const cutShort = [
    ...(truncated > 0 ? [cutOfSteps(truncated, options)] : []),
    ...budget.cuts(
      uniqueCuts(passes.flatMap((pass) => pass.cutShort).filter(({ by }) => by !== "steps")),
      counts.executions + truncated,
      all.length === jobs,
    ),
  ]
  if (all.length < jobs && budget.endedBy === undefined && cutShort.every(({ by }) => by !== "stopped"))
    cutShort.push({ by: "stopped", message: "Ended from outside" })
  // Where several searches are is no one place.
  const { rest, estimate, neverSeen: _, ...first } = passes[0]!
  const neverSeen = [...new Set(passes.flatMap((pass) => pass.neverSeen ?? []))].filter((name) => !outcomes.has(name))
  return {
    ...first,
    exhaustive: cutShort.length === 0,
    cutShort,
    truncated,
    ...counts,
    ...(rest === undefined || jobs > 1 ? {} : { rest }),
    ...(estimate === undefined || jobs > 1 ? {} : { estimate }),
    ...(neverSeen.length === 0 ? {} : { neverSeen }),
  }
}
