/** Queues of jobs: those of one entity run in order. `drm_sched_entity`. */
import { Entity as Words, Job, ObjectType, Scheduler as SchedulerWords } from "../../built/layout.js"
import { errnoError } from "../errors.js"
import type { Fence } from "../fence/fence.js"
import { addressIn } from "../composite/fence-array.js"
import { wholeNumber } from "../whole-number.js"
import type { Scheduler } from "./scheduler.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "../composite/shared-object.js"
import type { Thread } from "../heap/thread.js"

/** Who is served first. */
export const Priority = { Kernel: 0, High: 1, Normal: 2, Low: 3 } as const
export type Priority = (typeof Priority)[keyof typeof Priority]

export interface EntityOptions {
  /** Default `Priority.Normal`. */
  readonly priority?: Priority
}

/** A job to be run. */
export interface JobOptions {
  /** A word for whoever runs it. Default 0. */
  readonly data?: number
  /** Its share of the hardware. Default 1. */
  readonly credits?: number
  /** What must be complete before it runs: of each context the latest counts. */
  readonly dependencies?: readonly Fence[]
  /** Jobs of the same scheduler that depend on this one wait for its end, not only for its start. */
  readonly dontPipeline?: boolean
}

/** The two fences of a job; the caller's to drop. */
export interface SubmittedJob {
  /** Complete when the hardware has it. */
  readonly scheduled: Fence
  /** Complete when it is done, with the hardware's error. */
  readonly finished: Fence
  drop(): void
  [Symbol.dispose](): void
}

/** How often a job is made anew because its entity was sent to another scheduler meanwhile. */
const MOST_ATTEMPTS = 1_000

/** A queue of jobs; any thread that holds it may submit. */
export class Entity extends ObjectHandle {
  protected readonly what = "entity"

  /** An entity that may use any of these schedulers, twelve at most. @throws RangeError, HeapError FULL */
  static create(thread: Thread, schedulers: readonly Scheduler[], options: EntityOptions = {}): Entity {
    const { priority = Priority.Normal } = options
    const [first, ...others] = checkSchedulers(schedulers)
    const attempt = () => thread.engine.createEntity(thread.record, first!.address, priority)
    const address = attempt() || thread.afterMakingRoom(attempt)
    if (address === 0) throw thread.heap.fullError("objects")
    for (const other of others) thread.engine.offerScheduler(thread.record, address, other.address)
    return new Entity(thread, address)
  }

  /** The entity that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN */
  static open(thread: Thread, token: SharedObjectToken): Entity {
    return new Entity(thread, openObject(thread, token, "entity", ObjectType.Entity))
  }

  /** Who is served first; may be changed at any time. */
  get priority(): Priority {
    return this.thread.heap.word(this.address + Words.priority) as Priority
  }

  set priority(priority: Priority) {
    this.thread.engine.setPriority(this.thread.record, this.address, wholeNumber("priority", priority, 0, 3))
  }

  /** From now on its jobs go to these schedulers: when it is idle, to the one with least to do. @throws RangeError */
  modifySchedulers(schedulers: readonly Scheduler[]): void {
    const { engine, record } = this.thread
    const address = this.address
    checkSchedulers(schedulers)
    engine.withdrawSchedulers(record, address)
    for (const scheduler of schedulers) engine.offerScheduler(record, address, scheduler.address)
  }

  /** Queues a job. @throws FenceError EINVAL for more credits than there are, ENOENT when closed; HeapError FULL */
  submit(options: JobOptions = {}): SubmittedJob {
    const { data = 0, dependencies = [] } = options
    const credits = wholeNumber("credits", options.credits ?? 1, 1, 0x7fffffff)
    const parts = dependencies.map((fence) => addressIn(this.thread, fence))
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const submitted = this.#attempt(credits, data, options.dontPipeline === true, parts)
      if (submitted) return submitted
    }
    throw closed()
  }

  /** Makes a job and queues it; undefined when the entity went elsewhere in between. */
  #attempt(credits: number, data: number, dontPipeline: boolean, parts: readonly number[]): SubmittedJob | undefined {
    const { thread } = this
    const { engine, heap, record } = thread
    const create = () => engine.createJob(record, this.address, credits, data, dontPipeline ? 1 : 0)
    const job = create() || thread.afterMakingRoom(create)
    if (job < 0) throw closed()
    if (job === 0) throw heap.fullError(heap.accounts().objects.free === 0 ? "objects" : "fences")
    const discard = (error: Error) => {
      engine.discardJob(record, job)
      return error
    }
    const limit = heap.word(heap.word(job + Job.scheduler) + SchedulerWords.creditLimit)
    if (credits > limit)
      throw discard(errnoError("EINVAL", `Cannot submit a job of ${credits} credits: the scheduler has ${limit}`))
    for (const part of parts)
      if (engine.addDependency(record, job, part) === 0) throw discard(heap.fullError("callbacks"))
    const scheduled = thread.handle(engine.scheduledFence(job))
    const finished = thread.handle(engine.finishedFence(job))
    const drop = () => {
      scheduled.drop()
      finished.drop()
    }
    if (engine.pushJob(record, job) === 0) {
      drop()
      engine.discardJob(record, job)
      return undefined
    }
    thread.rethrow()
    return { scheduled, finished, drop, [Symbol.dispose]: drop }
  }

  /** It takes no more jobs; those in its queue complete with ESRCH, each after the one before it. */
  close(): void {
    this.thread.engine.killEntity(this.thread.record, this.address)
    this.thread.rethrow()
  }
}

function checkSchedulers(schedulers: readonly Scheduler[]): readonly Scheduler[] {
  if (schedulers.length === 0 || schedulers.length > 12)
    throw new RangeError(`Cannot use ${schedulers.length} schedulers: 1 to 12 are needed`)
  return schedulers
}

function closed(): Error {
  return errnoError("ENOENT", "Cannot submit a job: its entity, or every scheduler it may use, is closed")
}
