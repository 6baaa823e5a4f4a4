/** Schedulers: jobs of many, run one after the other by the thread that has the hardware. `drm_gpu_scheduler`. */
import {
  Fence as FenceRecord,
  FinishedBody,
  ObjectType,
  Scheduler as Words,
  Thread as ThreadRecord,
  Timeline as TimelineRecord,
} from "../../built/layout.js"
import { Entity, type EntityOptions } from "./entity.js"
import { Fence } from "../fence/fence.js"
import type { Heap } from "../heap/heap.js"
import { wholeNumber } from "../whole-number.js"
import { checkName, writeName } from "../name.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "../composite/shared-object.js"
import type { Thread } from "../heap/thread.js"
import { canBlock, nowNs } from "../host/thread-host.js"
import { readWide } from "../fence/timeline.js"

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
export class Scheduler extends ObjectHandle {
  protected readonly what = "scheduler"
  #attending = false

  /** @throws RangeError, HeapError FULL */
  static create(thread: Thread, options: SchedulerOptions = {}): Scheduler {
    const { name = "scheduler", credits = 64, timeoutMs = FOREVER } = options
    checkName(name)
    wholeNumber("credits", credits, 1, FOREVER)
    wholeNumber("timeoutMs", timeoutMs, 1, FOREVER)
    const attempt = () => thread.engine.createScheduler(thread.record, credits, timeoutMs)
    const address = attempt() || thread.afterMakingRoom(attempt)
    if (address === 0) throw thread.heap.fullError("objects")
    writeName(thread.words, thread.heap.word(address + Words.timeline) + TimelineRecord.name, name)
    return new Scheduler(thread, address)
  }

  /** The scheduler that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN */
  static open(thread: Thread, token: SharedObjectToken): Scheduler {
    return new Scheduler(thread, openObject(thread, token, "scheduler", ObjectType.Scheduler))
  }

  /** A queue of jobs that this scheduler runs. @throws HeapError FULL */
  entity(options: EntityOptions = {}): Entity {
    return Entity.create(this.thread, [this], options)
  }

  /** Jobs queued and running. May be late. */
  get load(): number {
    return this.thread.heap.word(this.address + Words.load)
  }

  /** Credits of the jobs that the hardware has. May be late. */
  get creditsUsed(): number {
    return this.thread.heap.word(this.address + Words.creditsUsed)
  }

  /** How many credits the hardware may have at once. */
  get creditLimit(): number {
    return this.thread.heap.word(this.address + Words.creditLimit)
  }

  /** Runs the next job, if there is one that may run: whether there was. */
  runNext(hardware: Hardware): boolean {
    const { engine, heap, record } = this.thread
    const finished = engine.takeJob(record, this.address)
    this.thread.rethrow()
    if (finished === 0) return false
    let parent: Fence | undefined
    let error = 0
    let failure: { readonly error: unknown } | undefined
    try {
      parent = hardware.run({ data: dataOf(heap, finished), finished: Fence.borrow(this.thread, finished) })
    } catch (thrown) {
      error = EIO
      failure = { error: thrown }
    }
    engine.startJob(record, finished, parent?.address ?? 0, error)
    if (failure) throw failure.error
    this.thread.rethrow()
    return true
  }

  /** Asks about the job that has run for longest, if it has had its time. Milliseconds until there is one to ask about. */
  checkTimeout(hardware: Hardware): number {
    const { engine, heap, record } = this.thread
    const timeoutMs = heap.word(this.address + Words.timeoutMs)
    if (timeoutMs === FOREVER) return Infinity
    for (;;) {
      const address = engine.oldestRunning(record, this.address)
      if (address === 0) return Infinity
      using finished = this.thread.handle(address)
      const started = readWide(heap.word(record + ThreadRecord.nowLo), heap.word(record + ThreadRecord.nowHi))
      const leftMs = Number(started) / 1e6 + timeoutMs - nowNs() / 1e6
      if (leftMs > 0) return leftMs
      const answer = hardware.onTimeout?.({ data: dataOf(heap, address), finished }) ?? "reset"
      if (answer === "reset") engine.endJob(record, address, ETIMEDOUT)
      else engine.restartTimeout(record, this.address)
      this.thread.rethrow()
    }
  }

  /** Runs jobs until `until` says so (asked after each job, and when rung). Sleeps when there is nothing to do. */
  serveSync(hardware: Hardware, until: () => boolean): void {
    const { engine, record, words } = this.thread
    this.attend()
    while (!until()) {
      const value = engine.listen(record)
      const leftMs = this.checkTimeout(hardware)
      if (this.runNext(hardware) || until()) continue
      if (canBlock) Atomics.wait(words, (record + ThreadRecord.doorbell) >> 2, value, leftMs)
    }
    this.leave()
  }

  /** The same on the event loop, until aborted: then it resolves. */
  async serve(hardware: Hardware, signal: AbortSignal): Promise<void> {
    this.attend()
    try {
      while (!signal.aborted) {
        const rung = this.thread.mailbox.nextRing(signal)
        const leftMs = this.checkTimeout(hardware)
        if (this.runNext(hardware)) rung.forget()
        else await rung.within(leftMs)
      }
    } finally {
      this.leave()
    }
  }

  /** From now on this thread's bell rings when there may be something to do. */
  attend(): void {
    this.thread.engine.attendScheduler(this.thread.record, this.address)
    this.#attending = true
  }

  /** It does so no more. */
  leave(): void {
    if (this.#attending) this.thread.engine.leaveScheduler(this.thread.record, this.address)
    this.#attending = false
  }

  /** Ends the scheduler for all: what is queued and what the hardware has completes with ECANCELED. */
  close(): void {
    const { engine, record } = this.thread
    engine.closeScheduler(record, this.address)
    for (;;) {
      const address = engine.oldestRunning(record, this.address)
      if (address === 0) break
      engine.endJob(record, address, ECANCELED)
      engine.dropRef(record, address)
    }
    this.thread.rethrow()
  }

  override drop(): void {
    this.leave()
    super.drop()
  }
}

/** The word that was submitted with the job of a finished fence. */
function dataOf(heap: Heap, finished: number): number {
  return heap.word(heap.word(finished + FenceRecord.user) + FinishedBody.data)
}
