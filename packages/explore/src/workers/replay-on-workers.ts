/** A schedule on real threads: worker threads that do the operations of a model in its order, for real. */
import { Worker } from "node:worker_threads"
import type { ExpectedStep, ReplayInput, ReplayMessage } from "./baton.js"
import { passOf } from "../findings/cut-short.js"
import { toldOf } from "../findings/explain.js"
import type { Found } from "../execution/found.js"
import type { Model, Options, Result, Tools } from "../model.js"
import { END } from "../platform/operation.js"
import { ExploreError } from "../refusal.js"
import { Replayer } from "../findings/replayer.js"
import { parseSchedule } from "../schedule.js"

/** So long nobody takes for a step, on any machine. */
const PATIENCE_MS = 20_000

/**
 * Runs one schedule of the model that a module exports: first here, by unwinding, then on a worker for each thread. If
 * every operation comes to the same there, the verdict is that of the checks on what the workers left; else it is
 * "nondeterminism", and the message says where they parted. Deadlocks, lost wakeups and races are those of the schedule.
 *
 * @throws ExploreError if the schedule is not one of this model, or the workers do not come to its end.
 */
export async function replayOnWorkers(
  modelUrl: string | URL,
  exportName: string,
  schedule: string,
  options: Options = {},
): Promise<Result> {
  const started = performance.now()
  const model = ((await import(String(modelUrl))) as Record<string, Model<unknown>>)[exportName]
  if (model === undefined) throw new TypeError(`Cannot replay "${exportName}": the module exports no such model`)
  const replayer = new Replayer(model, options, true)
  const attempt = replayer.run(parseSchedule(schedule, model.threads.length))
  const { machine, threadNames } = replayer.exploration
  const run = new WorkerRun(model, String(modelUrl), exportName, replayer)
  const found = (await run.play()) ?? run.judge(attempt.found)
  const counts = {
    model: model.name ?? "",
    threadNames,
    executions: 1,
    blocked: 0,
    steps: machine.told,
    ms: performance.now() - started,
    outcomes: attempt.outcomes,
    strategy: "exhaustive" as const,
    seed: options.seed ?? 1,
  }
  if (found !== undefined) return { ...toldOf(replayer, attempt.preemptions, found), ...counts }
  return { ...passOf(attempt, options), ...counts }
}

class WorkerRun {
  readonly #model: Model<unknown>
  readonly #memory: SharedArrayBuffer
  readonly #baton = new Int32Array(new SharedArrayBuffer(8))
  readonly #inputs: readonly ReplayInput[]
  readonly #steps: number
  /** How many bodies come to their end. */
  readonly #ends: number
  readonly #results: unknown[] = []

  constructor(model: Model<unknown>, modelUrl: string, exportName: string, replayer: Replayer) {
    const { machine } = replayer.exploration
    const size = model.threads.length
    const steps: ExpectedStep[][] = model.threads.map(() => [])
    for (let depth = 0; depth < machine.told; depth++) {
      const { operation, start } = machine.point[depth]!
      steps[machine.thread[depth]!]!.push({ turn: size + depth, operation, start, result: machine.result[depth] })
    }
    this.#model = model
    this.#memory = new SharedArrayBuffer(model.memory)
    this.#baton[0] = -1
    this.#steps = machine.told
    this.#ends = machine.points.filter(({ operation }) => operation === END).length
    this.#inputs = steps.map((of, thread) => ({
      modelUrl,
      exportName,
      memory: this.#memory,
      baton: this.#baton,
      thread,
      steps: of,
    }))
  }

  /** Runs the workers to the end of the schedule; what they did otherwise than expected, if anything. */
  async play(): Promise<Found | undefined> {
    const url = new URL("./baton-worker.js", import.meta.url)
    const workers = this.#inputs.map((workerData) => new Worker(url, { workerData }))
    try {
      return await this.#follow(workers)
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()))
    }
  }

  #follow(workers: readonly Worker[]): Promise<Found | undefined> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new ExploreError("schedule", "The workers did not come to the end of the schedule"))
      const timer = setTimeout(late, PATIENCE_MS)
      const end = (found: Found | undefined) => {
        clearTimeout(timer)
        resolve(found)
      }
      let ready = 0
      let left = this.#steps + this.#ends
      const hear = (thread: number, message: ReplayMessage) => {
        if (message.kind === "ready") {
          if (++ready === workers.length) this.#start()
        } else if (message.kind === "differs")
          end({
            verdict: "nondeterminism",
            message: `On real threads, thread ${thread} did something else: ${message.what}`,
          })
        else {
          if (message.kind === "end" && !message.threw) this.#results[thread] = message.value
          if (--left === 0) end(undefined)
        }
      }
      workers.forEach((worker, thread) => {
        worker.on("message", (message: ReplayMessage) => hear(thread, message))
        worker.on("error", reject)
      })
    })
  }

  /** All have made their views: what they wrote meanwhile is written once more, and the first has the baton. */
  #start(): void {
    new Uint8Array(this.#memory).fill(0)
    this.#state = this.#model.setup?.(this.#memory, this.#tools) ?? this.#memory
    Atomics.store(this.#baton, 0, 0)
    Atomics.notify(this.#baton, 0)
  }

  #state: unknown
  readonly #tools: Tools = {
    view: (type, byteOffset = 0, length) =>
      new (type as Int32ArrayConstructor)(this.#memory, byteOffset, length) as never,
    registerAllocation: () => {},
    registerFree: () => {},
  }

  /** What the model's own checks say of the workers' memory; else what is true of the schedule itself. */
  judge(found: Found | undefined): Found | undefined {
    const { check, leaks, outcome, outcomes } = this.#model
    const isOfSchedule = found !== undefined && !["assertion", "leak", "forbidden-outcome"].includes(found.verdict)
    if (isOfSchedule || (found?.verdict === "assertion" && this.#ends < this.#inputs.length)) return found
    try {
      check?.(this.#state, this.#results)
    } catch (error) {
      return { verdict: "assertion", message: error instanceof Error ? error.message : String(error), error }
    }
    const leaked = leaks?.(this.#state)
    if (leaked !== undefined) return { verdict: "leak", message: leaked }
    const name = outcome?.(this.#state, this.#results)
    const declared = name === undefined ? undefined : outcomes?.[name]
    const verdict = typeof declared === "string" ? declared : declared?.[0]
    if (verdict === "forbidden") return { verdict: "forbidden-outcome", message: `Outcome "${name}" is forbidden` }
    return undefined
  }
}
