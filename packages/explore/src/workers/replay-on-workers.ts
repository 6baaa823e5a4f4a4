/** A schedule on real threads: worker threads that do the operations of a model in its order, for real. */
import { isDeepStrictEqual } from "node:util"
import { Worker } from "node:worker_threads"
import { carried } from "./baton.js"
import type { ExpectedStep, ReplayInput, ReplayMessage } from "./baton.js"
import { passOf } from "../findings/cut-short.js"
import { toldOf } from "../findings/explain.js"
import type { Exploration } from "../execution/exploration.js"
import type { Found } from "../execution/found.js"
import { findByChecks } from "../findings/verdict.js"
import { importModule, refuseInWorker } from "./modules.js"
import type { Model, Options, Result, Tools } from "../model.js"
import { END, START } from "../platform/operation.js"
import { ExploreError } from "../refusal.js"
import { refuseUnlessFollowed, Replayer } from "../findings/replayer.js"
import { hasStarts, parseSchedule } from "../schedule.js"
import { thrownText } from "../text.js"

/** So long nobody takes for a step, on any machine. */
const PATIENCE_MS = 20_000

/** What the model's checks say, of what was seen on real threads. */
const OF_CHECKS: ReadonlySet<string> = new Set(["assertion", "leak", "forbidden-outcome"])

/**
 * Runs one schedule of the model that a module exports: first here, by unwinding, then on a worker for each thread. If
 * every operation and every body comes to the same there, the verdict is that of the checks on what the workers left; else
 * it is "nondeterminism", and the message says where they parted. Deadlocks, lost wakeups and races are those of the
 * schedule. What fails here never passes there: that the workers' memory looks well is a difference, too.
 *
 * @throws ExploreError if the schedule is not one of this model, or the workers do not come to its end.
 */
export async function replayOnWorkers(
  modelUrl: string | URL,
  exportName: string,
  schedule: string,
  options: Options = {},
): Promise<Result> {
  refuseInWorker("replay on workers")
  const started = performance.now()
  const model = ((await importModule(String(modelUrl))) as Record<string, Model<unknown>>)[exportName]
  if (model === undefined) throw new TypeError(`Cannot replay "${exportName}": the module exports no such model`)
  const replayer = new Replayer(model, options, true, hasStarts(schedule))
  const attempt = replayer.run(parseSchedule(schedule, model.threads.length))
  refuseUnlessFollowed(attempt, schedule)
  const { machine, threadNames } = replayer.exploration
  if (machine.memory.own.length > 0)
    throw new ExploreError("own-memory", "Cannot replay on workers what makes shared memory for itself")
  const run = new WorkerRun(replayer.exploration, { modelUrl: String(modelUrl), exportName, seed: options.seed ?? 1 })
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
  private readonly exploration: Exploration
  private readonly memory: SharedArrayBuffer
  private readonly baton = new Int32Array(new SharedArrayBuffer(8))
  private readonly inputs: readonly ReplayInput[]
  /** Turns until the end: one for the code before the first operations of each, and one for each step. */
  private readonly turns: number
  /** Of the bodies that came to their end, how. */
  private readonly ends: ({ readonly value: unknown; readonly threw: boolean } | undefined)[] = []
  private state: unknown

  constructor(
    exploration: Exploration,
    of: { readonly modelUrl: string; readonly exportName: string; readonly seed: number },
  ) {
    const { body, machine, model } = exploration
    const size = model.threads.length
    const steps: ExpectedStep[][] = model.threads.map(() => [])
    const end = Math.min(machine.depth, machine.toldAtMost)
    for (let depth = 0; depth < end; depth++) {
      const { operation, start } = machine.point[depth]!
      steps[machine.thread[depth]!]!.push({ turn: size + depth, operation, start, result: machine.result[depth] })
    }
    this.exploration = exploration
    this.memory = new SharedArrayBuffer(model.memory ?? 0)
    this.baton[0] = -1
    this.turns = size + end
    this.inputs = steps.map((own, thread) => {
      const startsInStep = body.firstPoints[thread]!.operation === START
      return { ...of, memory: this.memory, baton: this.baton, thread, steps: own, startsInStep }
    })
  }

  /** Runs the workers to the end of the schedule; what they did otherwise than expected, if anything. */
  async play(): Promise<Found | undefined> {
    const url = new URL("./baton-worker.js", import.meta.url)
    const workers = this.inputs.map((workerData) => new Worker(url, { workerData }))
    try {
      return (await this.follow(workers)) ?? this.compareEnds()
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()))
    }
  }

  private follow(workers: readonly Worker[]): Promise<Found | undefined> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new ExploreError("schedule", "The workers did not come to the end of the schedule"))
      const timer = setTimeout(late, PATIENCE_MS)
      const end = (settle: () => void) => {
        clearTimeout(timer)
        settle()
      }
      let ready = 0
      let left = this.turns
      const hear = (thread: number, message: ReplayMessage) => {
        timer.refresh()
        if (message.kind === "ready") {
          if (++ready === workers.length) this.start()
        } else if (message.kind === "differs")
          end(() => resolve(this.differs(thread, `did something else: ${message.what}`)))
        else if (message.kind === "end") this.ends[thread] = message
        else if (--left === 0) end(() => resolve(undefined))
      }
      workers.forEach((worker, thread) => {
        worker.on("message", (message: ReplayMessage) => hear(thread, message))
        worker.on("error", (error) => end(() => reject(error)))
        worker.on("exit", (code) => {
          // One whose body is over has nothing more to do, and may be gone before the others come to their ends.
          if (code === 0 && this.ends[thread] !== undefined) return
          end(() => resolve(this.differs(thread, `ended its worker by itself, with code ${code}`)))
        })
      })
    })
  }

  private differs(thread: number, what: string): Found {
    const name = this.exploration.threadNames[thread]
    return { verdict: "nondeterminism", message: `On real threads, thread ${name} ${what}` }
  }

  /** Bodies and memory must have come to what they came to by unwinding. */
  private compareEnds(): Found | undefined {
    const { machine } = this.exploration
    for (const [thread, point] of machine.points.entries()) {
      const end = this.ends[thread]
      const hasEnded = point.operation === END
      if (hasEnded !== (end !== undefined)) return this.differs(thread, hasEnded ? "went on" : "came to an end")
      if (end === undefined) continue
      if (end.threw !== point.threw)
        return this.differs(thread, end.threw ? `threw ${thrownText(end.value)}` : "threw nothing")
      if (!end.threw && !isDeepStrictEqual(end.value, carried(point.value)))
        return this.differs(thread, `gave back ${thrownText(end.value)}, not ${thrownText(point.value)}`)
      if (end.threw && thrownText(end.value) !== thrownText(carried(point.value)))
        return this.differs(thread, `threw ${thrownText(end.value)}, not ${thrownText(point.value)}`)
    }
    const words = new Int32Array(this.memory)
    const word = words.findIndex((value, at) => value !== machine.memory.words[at])
    if (word < 0 || machine.found !== undefined) return undefined
    const values = `${words[word]}, not ${machine.memory.words[word]}`
    return { verdict: "nondeterminism", message: `On real threads, ${machine.nameOf(word * 4)} came to ${values}` }
  }

  /** All have made their views: what they wrote meanwhile is written once more, and the first has the baton. */
  private start(): void {
    const { bystander, model } = this.exploration
    const { setup } = model
    new Uint8Array(this.memory).fill(0)
    this.state = setup === undefined ? this.memory : bystander.run("setup", () => setup(this.memory, this.tools))
    Atomics.store(this.baton, 0, 0)
    Atomics.notify(this.baton, 0)
  }

  private readonly tools: Tools = {
    view: (type, byteOffset = 0, length) =>
      new (type as Int32ArrayConstructor)(this.memory, byteOffset, length) as never,
    registerAllocation: () => {},
    registerFree: () => {},
  }

  /** What the model's own checks say of the workers' memory; else what is true of the schedule itself. */
  judge(found: Found | undefined): Found | undefined {
    const { machine } = this.exploration
    // A body threw, there as here; or it is a deadlock, a race, and the like.
    if (found !== undefined && (!OF_CHECKS.has(found.verdict) || machine.points.some(({ threw }) => threw)))
      return found
    const results = this.inputs.map((_, thread) => this.ends[thread]?.value)
    const onWorkers = findByChecks(this.exploration, this.state, results, new Map())
    if (onWorkers !== undefined || found === undefined) return onWorkers
    const message = `By unwinding, this schedule ends with "${found.verdict}" (${found.message}), on real threads it does not`
    return { ...found, verdict: "nondeterminism", message }
  }
}
