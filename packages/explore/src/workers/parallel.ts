/**
 * The same search on several cores. The first steps are all tried in all orders; each such beginning is a job, with the
 * sleep set it has in a search of one thread, so jobs share no execution.
 */
import { Worker } from "node:worker_threads"
import type { Model, Options, Pass, Result } from "../model.js"

/** Jobs per worker: enough that none has nothing to do for long. */
const JOBS_PER_WORKER = 16
const MOST_JOBS = 20_000

export interface WorkerInput {
  readonly modelUrl: string
  readonly exportName: string
  readonly options: Options
}

/** The beginning of a schedule, or the number of a run of random executions. */
export type Job = { readonly beginning: readonly number[] } | { readonly run: number; readonly runs: number }

/**
 * Explores the model that a module exports, with `options.jobs` workers (2). A model is made of functions, so it is named
 * here, and each worker imports it.
 */
export async function exploreParallel(
  modelUrl: string | URL,
  exportName: string,
  options: Options = {},
): Promise<Result> {
  const started = performance.now()
  const module = (await import(String(modelUrl))) as Record<string, Model<unknown>>
  const model = module[exportName]
  if (model === undefined) throw new TypeError(`Cannot explore "${exportName}": the module exports no such model`)
  const workers = options.jobs ?? 2
  const jobs = jobsFor(options, model.threads.length, workers)
  const results: (Result | undefined)[] = []
  let next = 0
  const input: WorkerInput = { modelUrl: String(modelUrl), exportName, options }
  const work = async () => {
    const worker = new Worker(new URL("./parallel-worker.js", import.meta.url), { workerData: input })
    try {
      while (next < jobs.length) {
        const number = next++
        const result = await ask(worker, jobs[number]!)
        results[number] = result
        if (result.verdict !== "pass") next = jobs.length
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work))
  return merge(results, performance.now() - started)
}

function jobsFor(options: Options, threads: number, workers: number): Job[] {
  const { strategy = "exhaustive" } = options
  if (strategy === "random" || strategy === "pct")
    return Array.from({ length: workers }, (_, run) => ({ run, runs: workers }))
  // The bound rises over the whole search; there is nothing to share.
  if (strategy === "preemption-bounded") return [{ beginning: [] }]
  let beginnings: number[][] = [[]]
  if (threads === 1) return [{ beginning: [] }]
  while (beginnings.length < workers * JOBS_PER_WORKER && beginnings.length * threads <= MOST_JOBS)
    beginnings = beginnings.flatMap((beginning) =>
      Array.from({ length: threads }, (_, thread) => [...beginning, thread]),
    )
  return beginnings.map((beginning) => ({ beginning }))
}

function ask(worker: Worker, job: Job): Promise<Result> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off("message", onMessage)
      worker.off("error", onError)
    }
    const onMessage = (result: Result) => {
      settle()
      resolve(result)
    }
    const onError = (error: Error) => {
      settle()
      reject(error)
    }
    worker.on("message", onMessage)
    worker.on("error", onError)
    worker.postMessage(job)
  })
}

/** One result of all; the failure of the first job that failed. */
function merge(results: readonly (Result | undefined)[], ms: number): Result {
  const all = results.filter((result) => result !== undefined)
  const outcomes = new Map<string, number>()
  for (const result of all)
    for (const [name, times] of result.outcomes) outcomes.set(name, (outcomes.get(name) ?? 0) + times)
  const sum = (of: (result: Result) => number) => all.reduce((total, result) => total + of(result), 0)
  const counts = {
    executions: sum((result) => result.executions),
    blocked: sum((result) => result.blocked),
    steps: sum((result) => result.steps),
    ms,
    outcomes,
  }
  const failure = all.find((result) => result.verdict !== "pass")
  if (failure !== undefined) return { ...failure, ...counts }
  const passes = all as readonly Pass[]
  const exhaustive = passes.every((pass) => pass.exhaustive)
  return { ...passes[0]!, exhaustive, truncated: passes.reduce((total, pass) => total + pass.truncated, 0), ...counts }
}
