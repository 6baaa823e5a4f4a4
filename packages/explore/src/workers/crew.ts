/** The workers of a parallel search, seen from the thread that hires them. */
import { Worker } from "node:worker_threads"
import type { Checkpoint, Options, Progress, Result } from "../model.js"
import { slot } from "../platform/native.js"
import type { Share } from "./budget.js"
import { type Refused, thrownOf } from "./refused.js"

/** The beginning of a schedule, or the number of a run of random executions. */
export type Job = { readonly beginning: readonly number[] } | { readonly run: number }

/** A job, and what it may take. */
export interface Order {
  readonly job: Job
  readonly share: Share
}

/** Whether the model needs a loop of events between its steps: its first order is played for that, and may have no end. */
export const IS_ASYNCHRONOUS = "is-asynchronous"

export interface WorkerInput {
  readonly modelUrl: string
  readonly exportName: string
  readonly argument: unknown
  readonly options: Options
  /** Whether steps are told by the lines of the sources, as whoever asks for it does (`process.setSourceMapsEnabled`). */
  readonly sourceMaps: boolean
  /** One word: 1 when everybody is to stop. */
  readonly stop: SharedArrayBuffer
}

export type Answer =
  | { readonly soFar: Progress }
  | { readonly checkpoint: Checkpoint }
  | { readonly result: Result }
  | { readonly asynchronous: boolean }
  | { readonly refused: Refused }

export class Crew {
  private readonly input: WorkerInput
  private readonly stopping: Int32Array

  constructor(input: Omit<WorkerInput, "stop" | "sourceMaps">) {
    const { sourceMapsEnabled = false } = process as { readonly sourceMapsEnabled?: boolean }
    this.input = { ...input, sourceMaps: sourceMapsEnabled, stop: new SharedArrayBuffer(4) }
    this.stopping = new Int32Array(this.input.stop)
  }

  hire(): Member {
    return new Member(this.input)
  }

  /** Everybody comes back with what was seen until now. */
  stop(): void {
    slot.functions.store(this.stopping, 0, 1)
  }

  get stopped(): boolean {
    return slot.functions.load(this.stopping, 0) === 1
  }
}

/** What ends what was asked for. */
type Last = Exclude<Answer, { readonly soFar: Progress } | { readonly checkpoint: Checkpoint }>

export class Member {
  private readonly worker: Worker

  constructor(input: WorkerInput) {
    this.worker = new Worker(new URL("./parallel-worker.js", import.meta.url), { workerData: input })
  }

  async ask(
    order: Order,
    onProgress: (soFar: Progress) => void,
    onCheckpoint: Options["onCheckpoint"],
  ): Promise<Result> {
    const last = await this.answerTo(order, onProgress, onCheckpoint)
    return (last as { readonly result: Result }).result
  }

  async isAsynchronous(): Promise<boolean> {
    const last = await this.answerTo(IS_ASYNCHRONOUS)
    return (last as { readonly asynchronous: boolean }).asynchronous
  }

  private answerTo(
    order: Order | typeof IS_ASYNCHRONOUS,
    onProgress?: (soFar: Progress) => void,
    onCheckpoint?: Options["onCheckpoint"],
  ): Promise<Last> {
    const worker = this.worker
    return new Promise((resolve, reject) => {
      const settle = () => {
        worker.off("message", onMessage)
        worker.off("error", onError)
        worker.off("exit", onExit)
      }
      const onMessage = (answer: Answer) => {
        if ("soFar" in answer) return onProgress?.(answer.soFar)
        if ("checkpoint" in answer) return onCheckpoint?.(answer.checkpoint)
        settle()
        if ("refused" in answer) reject(thrownOf(answer.refused))
        else resolve(answer)
      }
      const onError = (error: Error) => {
        settle()
        reject(error)
      }
      const onExit = (code: number) =>
        onError(new Error(`A worker of the exploration ended by itself, with code ${code}`))
      worker.on("message", onMessage)
      worker.on("error", onError)
      worker.on("exit", onExit)
      worker.postMessage(order)
    })
  }

  async dismiss(): Promise<void> {
    await this.worker.terminate()
  }
}
