/** Queues of jobs: those of one entity run in order. `drm_sched_entity`. */
import { dispose } from "../dispose.js"
import { Entity as Words, Job, Killed, ObjectType, Scheduler as SchedulerWords } from "../../built/layout.js"
import { type AsyncWaitOptions, Limit, type WaitOptions, abortSignal } from "../entrance/limits.js"
import { show, wholeNumber } from "../entrance/numbers.js"
import { given, listOf, optionsOf, trueOrFalse } from "../entrance/words.js"
import { FenceError, errnoError, runAll, throwAfter } from "../errors.js"
import { Fence } from "../fence/fence.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "../composite/shared-object.js"
import { lackOf } from "../seat/lacking.js"
import { assertSeat } from "../seat/assert-seat.js"
import type { Seat } from "../seat/seat.js"
import { promised, promiseUntil } from "../waiting/promise.js"
import { sleepUntil } from "../waiting/sleep.js"
import { type Dependency, withFencesOf } from "./dependency.js"
import { Flushed, type FlushOutcome } from "./flushed.js"
import { MADE } from "../seat/made.js"

/** What runs an entity's jobs: a `Scheduler`. */
export interface JobRunner {
  readonly thread: Seat
  readonly address: number
}

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
  /** What must be complete before it runs: of each context the latest counts. Of syncobjs and reservations, what they have now. */
  readonly dependencies?: readonly Dependency[]
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

/** `createJob`'s answer: the entity is guilty. */
const GUILTY = -2

const NO_PARTS: readonly number[] = []

/** How often a job is made anew because its entity was sent to another scheduler meanwhile. */
const MOST_ATTEMPTS = 1_000

/** A queue of jobs; any thread that holds it may submit. Who drops it ends nothing: `close` it if jobs may still be queued. */
export class Entity extends ObjectHandle {
  protected override get what(): string {
    return "entity"
  }

  /** An entity that may use any of these schedulers, twelve at most. @throws RangeError, HeapError FULL */
  static create(thread: Seat, schedulers: readonly JobRunner[], options: EntityOptions = {}): Entity {
    assertSeat(thread)
    const { priority = Priority.Normal } = optionsOf("an entity", options)
    wholeNumber("priority", priority, 0, 3)
    const [first, ...others] = checkSchedulers(thread, schedulers)
    const { engine, record } = thread
    const address = thread.make(lackOf(thread.heap, "objects", "lists"), () =>
      engine.createEntity(record, first!, priority),
    )
    for (const other of others) engine.offerScheduler(record, address, other)
    return new Entity(MADE, thread, address)
  }

  /** The entity that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Entity>): Entity {
    return new Entity(MADE, thread, openObject(thread, token, "entity", ObjectType.Entity))
  }

  /** Who is served first; may be changed at any time. */
  get priority(): Priority {
    return this.thread.heap.word(this.readable + Words.priority) as Priority
  }

  set priority(priority: Priority) {
    const { thread, address } = this
    thread.engine.setPriority(thread.record, address, wholeNumber("priority", priority, 0, 3))
  }

  /** From now on its jobs go to these schedulers: when it is idle, to the one with least to do. @throws RangeError */
  modifySchedulers(schedulers: readonly JobRunner[]): void {
    const { ask, engine, record } = this.thread
    const address = this.address
    const offered = checkSchedulers(this.thread, schedulers)
    this.thread.told(ask.withdrawSchedulers(record, address))
    for (const scheduler of offered) engine.offerScheduler(record, address, scheduler)
  }

  /** Whether it takes no more jobs: it was closed, or it is guilty. May be late. */
  get isClosed(): boolean {
    return this.#killed !== Killed.No
  }

  /** Whether it takes no more jobs because one of its was to blame for too many hangs (`Scheduler.blame`). May be late. */
  get isGuilty(): boolean {
    return this.#killed === Killed.Guilty
  }

  get #killed(): number {
    return this.thread.heap.word(this.readable + Words.killed)
  }

  /**
   * Queues a job. Its finished fence completes after all that it depends on, also when it is never run.
   * @throws FenceError EINVAL for more credits than there are, or for a syncobj with nothing in it; ENOENT when closed,
   * ECANCELED when guilty; STALE, FOREIGN; HeapError FULL
   */
  submit(options: JobOptions = {}): SubmittedJob {
    const { data = 0, dependencies = [], dontPipeline = false } = optionsOf("a job", options)
    const { address } = this
    const credits = wholeNumber("credits", given(options.credits, 1), 1, 0x7fffffff)
    wholeNumber("data", data, -0x80000000, 0xffffffff)
    trueOrFalse("dontPipeline", dontPipeline)
    const queue = (parts: readonly number[]) => this.#queue(address, credits, data | 0, dontPipeline, parts)
    const waited = listOf("dependencies", dependencies)
    // Most jobs wait for nothing: then nothing has to be held meanwhile.
    return waited.length === 0 ? queue(NO_PARTS) : withFencesOf(this.thread, waited, queue)
  }

  #queue(entity: number, credits: number, data: number, dontPipeline: boolean, parts: readonly number[]): SubmittedJob {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const submitted = this.#attempt(entity, credits, data, dontPipeline, parts)
      if (submitted) return submitted
    }
    throw closed()
  }

  /** Makes a job and queues it; undefined when the entity went elsewhere in between. */
  #attempt(
    entity: number,
    credits: number,
    data: number,
    dontPipeline: boolean,
    parts: readonly number[],
  ): SubmittedJob | undefined {
    const { thread } = this
    const { ask, engine, heap, record } = thread
    const job =
      thread.told(ask.createJob(record, entity, credits, data, dontPipeline ? 1 : 0)) ||
      this.#createLate(entity, credits, data, dontPipeline)
    if (job < 0) throw job === GUILTY ? guilty() : closed()
    const limit = heap.word(heap.word(job + Job.scheduler) + SchedulerWords.creditLimit)
    if (credits > limit) {
      discard(job, thread)
      throw errnoError("EINVAL", `Cannot submit a job of ${credits} credits: the scheduler has ${limit}`)
    }
    for (const part of parts) {
      if (thread.told(ask.addDependency(record, job, part), () => discard(job, thread)) !== 0) continue
      discard(job, thread)
      throw heap.fullError("callbacks")
    }
    const scheduled = new Fence(MADE, thread, engine.scheduledFence(job))
    const finished = new Fence(MADE, thread, engine.finishedFence(job))
    const drop = () => {
      try {
        scheduled.drop()
      } catch (error) {
        throwAfter(error, () => finished.drop())
      }
      finished.drop()
    }
    const undo = (isQueued: number) => runAll([drop, () => isQueued === 0 && discard(job, thread)])
    const isQueued = thread.told(ask.pushJob(record, job), undo)
    if (isQueued !== 0) return { scheduled, finished, drop, [dispose]: drop }
    undo(isQueued)
    return undefined
  }

  /** Makes a job in a heap that was found full. @throws HeapError FULL */
  #createLate(entity: number, credits: number, data: number, dontPipeline: boolean): number {
    const { thread } = this
    const { ask, heap, record } = thread
    return thread.make(lackOf(heap, "objects", "fences", "containers"), () =>
      thread.told(ask.createJob(record, entity, credits, data, dontPipeline ? 1 : 0)),
    )
  }

  /** Sleeps until all that is queued now has gone to the hardware, or has ended. What is submitted meanwhile does not count. */
  flush(options: WaitOptions = {}): FlushOutcome {
    const limit = new Limit(options)
    return sleepUntil(this.thread, new Flushed(this.thread, this.address), limit)
  }

  /** Resolves then. */
  flushAsync(options: AsyncWaitOptions = {}): Promise<FlushOutcome> {
    return promised(() => {
      const [limit, signal] = [new Limit(options), abortSignal(options)]
      return promiseUntil(this.thread, new Flushed(this.thread, this.address), limit, signal)
    })
  }

  /** It takes no more jobs; those in its queue complete with ESRCH, each after the one before it and what it depends on. */
  close(): void {
    const { thread, address } = this
    thread.told(thread.ask.killEntity(thread.record, address))
  }
}

function discard(job: number, seat: Seat): void {
  seat.told(seat.ask.discardJob(seat.record, job))
}

/** Their addresses. @throws RangeError; TypeError; FenceError FOREIGN, STALE */
function checkSchedulers(seat: Seat, schedulers: readonly JobRunner[]): readonly number[] {
  const all = listOf("schedulers", schedulers)
  const { length } = all
  if (length === 0 || length > 12) throw new RangeError(`Cannot use ${length} schedulers: 1 to 12 are needed`)
  return all.map((scheduler) => {
    const isRunner = scheduler instanceof ObjectHandle && "runNext" in scheduler
    if (!isRunner) throw new TypeError(`Cannot use ${show(scheduler)} as a scheduler`)
    if (scheduler.thread !== seat)
      throw new FenceError("FOREIGN", `Cannot use scheduler in thread "${seat.name}": its handle belongs to another`)
    return scheduler.address
  })
}

function guilty(): Error {
  return errnoError("ECANCELED", "Cannot submit a job: one of its entity was to blame for too many hangs")
}

function closed(): Error {
  return errnoError("ENOENT", "Cannot submit a job: its entity, or every scheduler it may use, is closed")
}
