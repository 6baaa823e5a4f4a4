/** Schedulers: jobs of many, run one after the other by the thread that has the hardware. `drm_gpu_scheduler`. */
import {
  Fence as FenceRecord,
  FinishedBody,
  ObjectType,
  Scheduler as Words,
  Thread as ThreadRecord,
  Timeline as TimelineRecord,
} from "../../built/layout.js"
import { callable } from "../entrance/functions.js"
import { Limit, abortSignal } from "../entrance/limits.js"
import { wholeNumber } from "../entrance/numbers.js"
import { readWide } from "../entrance/wide.js"
import { oneOf, optionsOf, text } from "../entrance/words.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "../composite/shared-object.js"
import { combined, withCleanup } from "../errors.js"
import { Fence, fenceIn } from "../fence/fence.js"
import { canBlock, nowNs } from "../host/thread-host.js"
import type { HeapMemory } from "../memory/heap-memory.js"
import { checkName, writeName } from "../name.js"
import { assertSeat } from "../seat/assert-seat.js"
import type { Seat } from "../seat/seat.js"
import { promiseUntil } from "../waiting/promise.js"
import { Entity, type EntityOptions, type JobRunner } from "./entity.js"
import { Rung } from "./rung.js"

/** How a scheduler behaves. */
export interface SchedulerOptions {
  /** Shown as the timeline's name of its jobs' fences. Default "scheduler". */
  readonly name?: string
  /** How much the hardware may have at once, in the jobs' credits. Default 64. */
  readonly credits?: number
  /** For how long a job may run before `onTimeout` is asked. Default: forever. */
  readonly timeoutMs?: number
}

/** A job in the hands of the hardware. */
export interface RunningJob {
  /** The word that was submitted with it. */
  readonly data: number
  /** Its finished fence; the scheduler's, for the length of the call. */
  readonly finished: Fence
}

/** What the hardware does. */
export interface Hardware {
  /** Starts a job: its fence (which stays the caller's), or nothing when it is done already. What it throws ends the job with EIO. */
  run(job: RunningJob): Fence | undefined
  /** A job has had its time: `reset` ends it with ETIMEDOUT, `no-hang` gives it the same time again. Default `reset`. */
  onTimeout?(job: RunningJob): "reset" | "no-hang"
}

const EIO = -5
const ETIMEDOUT = -110
const ECANCELED = -125
const FOREVER = 0x7fffffff

/**
 * Takes jobs from entities in any thread; one thread serves it.
 * @example
 * using scheduler = Scheduler.create(thread, { name: "ring 0", credits: 2 })
 * worker.postMessage(scheduler.share()) // the worker: Scheduler.open(thread, token).serveSync({ run: (job) => … })
 * using entity = scheduler.entity()
 * const { finished } = entity.submit({ data: 12, dependencies: [upload] })
 */
export class Scheduler extends ObjectHandle implements JobRunner {
  protected override get what(): string {
    return "scheduler"
  }

  #attending = false

  /** @throws RangeError, HeapError FULL */
  static create(thread: Seat, options: SchedulerOptions = {}): Scheduler {
    assertSeat(thread)
    const { name = "scheduler", credits = 64, timeoutMs = FOREVER } = optionsOf("a scheduler", options)
    checkName(text("the name of a scheduler", name))
    wholeNumber("credits", credits, 1, FOREVER)
    wholeNumber("timeoutMs", timeoutMs, 1, FOREVER)
    const create = () => thread.engine.createScheduler(thread.record, credits, timeoutMs)
    const address = thread.make("objects", create)
    writeName(thread.words, thread.heap.word(address + Words.timeline) + TimelineRecord.name, name)
    return new Scheduler(thread, address)
  }

  /** The scheduler that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN */
  static open(thread: Seat, token: SharedObjectToken): Scheduler {
    return new Scheduler(thread, openObject(thread, token, "scheduler", ObjectType.Scheduler))
  }

  /** A queue of jobs that this scheduler runs. @throws HeapError FULL */
  entity(options: EntityOptions = {}): Entity {
    return Entity.create(this.thread, [this], options)
  }

  /** Jobs queued and running. May be late. */
  get load(): number {
    return this.thread.heap.word(this.readable + Words.load)
  }

  /** Credits of the jobs that the hardware has. May be late. */
  get creditsUsed(): number {
    return this.thread.heap.word(this.readable + Words.creditsUsed)
  }

  /** How many credits the hardware may have at once. */
  get creditLimit(): number {
    return this.thread.heap.word(this.readable + Words.creditLimit)
  }

  /**
   * Runs the next job, if there is one that may run: whether there was. What `run` throws, or a fence of its that is
   * none, ends the job with EIO and is thrown from here.
   */
  runNext(hardware: Hardware): boolean {
    const { thread, address } = this
    checkHardware(hardware)
    const { ask, heap, record } = thread
    const finished = thread.told(ask.takeJob(record, address), (taken) => {
      if (taken !== 0) this.#start(taken, 0, EIO)
    })
    if (finished === 0) return false
    let parent = 0
    try {
      parent = Fence.lend(thread, finished, (fence) =>
        this.#run(hardware, { data: dataOf(heap, finished), finished: fence }),
      )
    } catch (error) {
      withCleanup(
        () => {
          throw error
        },
        () => this.#start(finished, 0, EIO),
      )
    }
    this.#start(finished, parent, 0)
    return true
  }

  /** Calls `run` as what others wait for: it must not wait for a fence itself. Address of its fence, or 0. */
  #run(hardware: Hardware, job: RunningJob): number {
    const { engine, record } = this.thread
    const cookie = engine.beginSignaling(record)
    try {
      const parent = hardware.run(job)
      return parent === undefined ? 0 : fenceIn(this.thread, parent)
    } finally {
      engine.endSignaling(record, cookie)
    }
  }

  #start(finished: number, parent: number, error: number): void {
    const { thread } = this
    thread.told(thread.ask.startJob(thread.record, finished, parent, error))
  }

  /** Calls `onTimeout` for running jobs past their time; returns the milliseconds until the next is past it. */
  checkTimeout(hardware: Hardware): number {
    const { thread, address } = this
    checkHardware(hardware)
    const { ask, engine, heap, record } = thread
    const timeoutMs = heap.word(address + Words.timeoutMs)
    if (timeoutMs === FOREVER) return Infinity
    for (;;) {
      const oldest = engine.oldestRunning(record, address)
      if (oldest === 0) return Infinity
      using finished = new Fence(thread, oldest)
      const started = readWide(heap.word(record + ThreadRecord.nowLo), heap.word(record + ThreadRecord.nowHi))
      const leftMs = Number(started) / 1e6 + timeoutMs - nowNs() / 1e6
      if (leftMs > 0) return leftMs
      const answer = hardware.onTimeout?.({ data: dataOf(heap, oldest), finished }) ?? "reset"
      if (oneOf("what onTimeout returned", answer, ["reset", "no-hang"]) === "reset")
        thread.told(ask.endJob(record, oldest, ETIMEDOUT))
      else engine.restartTimeout(record, address)
    }
  }

  /** Runs jobs until `until` says so (asked after each job, and when rung). Sleeps when there is nothing to do. */
  serveSync(hardware: Hardware, until: () => boolean): void {
    checkHardware(hardware)
    callable("until", until)
    const { engine, record, words } = this.thread
    this.attend()
    withCleanup(
      () => {
        while (!until()) {
          const value = engine.listen(record)
          const leftMs = this.checkTimeout(hardware)
          if (this.runNext(hardware) || until()) continue
          if (canBlock) Atomics.wait(words, (record + ThreadRecord.doorbell) >> 2, value, leftMs)
        }
      },
      () => this.leave(),
    )
  }

  /** The same on the event loop, until aborted: then it resolves. Rejects with what `run` throws, or HeapError DETACHED. */
  async serve(hardware: Hardware, signal: AbortSignal): Promise<void> {
    checkHardware(hardware)
    // Without one it would serve for ever.
    if (abortSignal({ signal }) === undefined) throw new TypeError("Cannot serve without an AbortSignal to end it")
    const { thread } = this
    this.attend()
    try {
      while (!signal.aborted) {
        const rung = new Rung(thread)
        let leftMs: number
        let hasRun = false
        try {
          leftMs = this.checkTimeout(hardware)
          hasRun = this.runNext(hardware)
        } catch (error) {
          rung.disarm()
          throw error
        }
        if (hasRun) rung.disarm()
        else await promiseUntil(thread, rung, new Limit({ timeoutMs: leftMs }), signal)
      }
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error
    } finally {
      if (thread.isAttached) this.leave()
    }
  }

  /** From now on this thread's bell rings when there may be something to do. */
  attend(): void {
    this.thread.engine.attendScheduler(this.thread.record, this.address)
    this.#attending = true
  }

  /** Stops ringing this thread's bell for this scheduler. Idempotent. */
  leave(): void {
    if (this.#attending) this.thread.engine.leaveScheduler(this.thread.record, this.address)
    this.#attending = false
  }

  /** Ends the scheduler for all: what is queued and what the hardware has completes with ECANCELED. */
  close(): void {
    const { thread, address } = this
    const { ask, engine, record } = thread
    const errors: unknown[] = []
    const attempt = (body: () => void) => {
      try {
        body()
      } catch (error) {
        errors.push(error)
      }
    }
    attempt(() => thread.told(ask.closeScheduler(record, address)))
    for (let job = engine.oldestRunning(record, address); job !== 0; job = engine.oldestRunning(record, address)) {
      const running = job
      attempt(() => thread.told(ask.endJob(record, running, ECANCELED)))
      attempt(() => thread.dropFence(running))
    }
    if (errors.length > 0) throw combined(errors)
  }

  override drop(): void {
    if (this.#attending && this.thread.isAttached) this.leave()
    super.drop()
  }
}

function checkHardware(hardware: Hardware): void {
  const { run, onTimeout } = optionsOf("a scheduler's hardware", hardware)
  callable("run", run)
  if (onTimeout !== undefined) callable("onTimeout", onTimeout)
}

/** The word that was submitted with the job of a finished fence. */
function dataOf(heap: HeapMemory, finished: number): number {
  return heap.word(heap.word(finished + FenceRecord.user) + FinishedBody.data)
}
