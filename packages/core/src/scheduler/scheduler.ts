/** Schedulers: jobs of many, run one after the other by the thread that has the hardware. `drm_gpu_scheduler`. */
import {
  Fence as FenceRecord,
  Flag,
  Kind,
  ObjectType,
  Policy,
  Scheduler as Words,
  Thread as ThreadRecord,
  Timeline as TimelineRecord,
} from "../../built/layout.js"
import { overBy, synchronous } from "../entrance/functions.js"
import { type AsyncWaitOptions, Limit, type WaitOptions, abortSignal, signalIn } from "../entrance/limits.js"
import { wholeNumber } from "../entrance/numbers.js"
import { readWide } from "../entrance/wide.js"
import { given, oneOf, optionsOf, text } from "../entrance/words.js"
import { ObjectHandle, type SharedObjectToken, openObject } from "../composite/shared-object.js"
import { combined, errnoError, throwAfter, withCleanup } from "../errors.js"
import { Fence, fenceIn } from "../fence/fence.js"
import { Module } from "../fence/module.js"
import type { Answer } from "../host/asking.js"
import { nowNs } from "../host/thread-host.js"
import { MOST_ROUNDS, Steps } from "../memory/steps.js"
import { lackOf } from "../seat/lacking.js"
import { checkName, writeName } from "../name.js"
import { assertSeat } from "../seat/assert-seat.js"
import type { Seat } from "../seat/seat.js"
import { park } from "../waiting/park.js"
import { promised, promiseUntil } from "../waiting/promise.js"
import { sleepUntil } from "../waiting/sleep.js"
import { Entity, type EntityOptions, type JobRunner } from "./entity.js"
import { Halted, type StopOutcome } from "./halted.js"
import { type Hardware, type RunningJob, TIMEOUT_ANSWERS, checkHardware, jobOf } from "./hardware.js"
import { Rung } from "./rung.js"
import { MADE } from "../seat/made.js"

/** How a scheduler behaves. */
export interface SchedulerOptions {
  /** Shown as the timeline's name of its jobs' fences. Default "scheduler". */
  readonly name?: string
  /** How much the hardware may have at once, in the jobs' credits. Default 64. */
  readonly credits?: number
  /** For how long a job may be the oldest that the hardware has before `onTimeout` is asked. Default: forever. */
  readonly timeoutMs?: number
  /**
   * Whose turn it is. `strict`: the most urgent entity's that has something to run, so that others may starve. `fair`: the one's
   * that has had least of the hardware's time, where a `Low` job's time counts 8 times a `Normal` one's, that 4 times a
   * `High` one's, and that twice a `Kernel` one's. Default `strict`.
   */
  readonly policy?: "strict" | "fair"
  /**
   * How long a finished fence holds its hardware's: `dropped` when the job is over, so that whoever keeps the fence keeps nothing of the
   * hardware's issuer; `kept` to the fence's last put, as in the kernel. Default `dropped`.
   */
  readonly parent?: "dropped" | "kept"
  /**
   * In which module it lives: its fences are that module's as an issuer's are, with its driver name and its functions, and depend on it as
   * the heap's lifetime says. Kept loaded as long as the scheduler is held. Their timeline's name is the scheduler's, as in the kernel:
   * where ops stay, asking for it after the scheduler has gone is an oops (DEAD_TIMELINE). Default: in none that could go.
   */
  readonly module?: Module
  /** For how many hangs a job may be to blame and be offered again. Default 0. */
  readonly hangLimit?: number
}

const POLICIES = ["strict", "fair"] as const

const EIO = -5
const ETIMEDOUT = -110
const FOREVER = 0x7fffffff
const MOST_HANGS = 0x7ffffffe

/**
 * Takes jobs from entities in any thread; one thread serves it. Who drops it ends nothing: `close` it, or its entities, if jobs
 * may still be queued, or those stay in use for good.
 * @example
 * using scheduler = Scheduler.create(thread, { name: "ring 0", credits: 2 })
 * worker.postMessage(scheduler.share()) // the worker: Scheduler.open(thread, token).serveSync({ run: (job) => … })
 * using entity = scheduler.entity()
 * const { finished } = entity.submit({ data: 12, dependencies: [upload] })
 * await entity.flushAsync()
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
    const { policy = "strict", hangLimit = 0 } = options
    checkName(text("the name of a scheduler", name))
    wholeNumber("credits", credits, 1, FOREVER)
    wholeNumber("timeoutMs", timeoutMs, 1, FOREVER)
    const order = oneOf("policy", policy, POLICIES) === "fair" ? Policy.Fair : Policy.Strict
    wholeNumber("hangLimit", hangLimit, 0, MOST_HANGS)
    const keeps = oneOf("parent", given(options.parent, "dropped"), ["dropped", "kept"]) === "kept" ? 1 : 0
    const { module } = options
    if (module !== undefined && !(module instanceof Module))
      throw new TypeError("Cannot create a scheduler in what is no module")
    const home = module?.lend(thread) ?? 0
    const create = () => thread.engine.createScheduler(thread.record, credits, timeoutMs, order, hangLimit, keeps, home)
    let address: number
    try {
      address = thread.make(lackOf(thread.heap, "objects", "timelines"), create)
    } catch (error) {
      if (home !== 0) thread.engine.dropModuleRef(home)
      throw error
    }
    writeName(thread.words, thread.heap.word(address + Words.timeline) + TimelineRecord.name, name)
    return new Scheduler(MADE, thread, address)
  }

  /** The scheduler that another thread has shared. @throws TypeError, FenceError STALE, FOREIGN, ALREADY_TAKEN; HeapError DETACHED */
  static open(thread: Seat, token: SharedObjectToken<Scheduler>): Scheduler {
    return new Scheduler(MADE, thread, openObject(thread, token, "scheduler", ObjectType.Scheduler))
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

  /** Whether it was closed. May be late. */
  get isClosed(): boolean {
    return this.thread.heap.word(this.readable + Words.closed) !== 0
  }

  /** Whether it is stopped, or being stopped. May be late. */
  get isStopped(): boolean {
    return this.thread.heap.word(this.readable + Words.stopped) !== 0
  }

  /**
   * Runs the next job, if there is one that may run: whether there was. What `run` throws, or a fence of its that is
   * none, ends the job with EIO and is thrown from here; and so is what issuers throw that are asked about dependencies.
   * `run` is called by one thread at a time: while it runs, this returns false elsewhere.
   */
  runNext(hardware: Hardware): boolean {
    checkHardware(hardware)
    const errors: unknown[] = []
    const hasRun = this.#serve(hardware, takeNext, errors)
    if (errors.length > 0) throw combined(errors)
    return hasRun
  }

  /** Takes a job, and offers it: whether there was one. */
  #serve(hardware: Hardware, take: (seat: Seat, scheduler: number) => Answer, errors: unknown[]): boolean {
    const { thread, address } = this
    // Called from within `run`, it takes nothing, and ends nothing.
    const isInside = this.#isServer()
    const before = errors.length
    let finished = 0
    try {
      const answer = take(thread, address)
      // It is ours, whatever we are told.
      finished = answer as unknown as number
      thread.told(answer)
    } catch (error) {
      errors.push(error)
    }
    // An issuer that fails to be asked about one job is no reason for another not to run.
    if (finished !== 0)
      try {
        this.#offer(hardware, address, finished)
      } catch (error) {
        errors.push(error)
      }
    if (errors.length > before && !isInside) this.#endServing(address, errors)
    return finished !== 0
  }

  /** Whether this thread is offering a job to the hardware. PLAIN: nobody else writes our id. */
  #isServer(): boolean {
    const { heap, record } = this.thread
    return heap.word(this.address + Words.server) === heap.word(record + ThreadRecord.id)
  }

  /** If an oops broke off what serving is: else nobody could ever serve it again. */
  #endServing(address: number, errors: unknown[]): void {
    const { thread } = this
    if (!thread.isAttached) return
    const { engine, heap, record } = thread
    if (engine.serverOf(address) !== heap.word(record + ThreadRecord.id)) return
    try {
      thread.told(thread.ask.endServing(record, address))
    } catch (error) {
      errors.push(error)
    }
  }

  /** Offers a job to the hardware that this thread has taken. */
  #offer(hardware: Hardware, address: number, finished: number): void {
    const { thread } = this
    let parent = 0
    try {
      parent = Fence.lend(thread, finished, (fence) => this.#run(hardware, jobOf(thread.heap, fence), finished))
    } catch (error) {
      throwAfter(error, () => this.#start(address, finished, 0, EIO))
    }
    this.#start(address, finished, parent, 0)
  }

  #start(address: number, finished: number, parent: number, error: number): void {
    const { thread } = this
    if (thread.isAttached) thread.told(thread.ask.startJob(thread.record, address, finished, parent, error))
    else this.#startLate(address, finished)
  }

  /** It left from within `run`: nobody answers for its hardware any more. */
  #startLate(address: number, finished: number): void {
    this.thread.afterDetach((seat) => void seat.told(seat.ask.startJob(seat.record, address, finished, 0, EIO)))
  }

  /** Calls `run` as what others wait for: it must not wait for a fence itself. Address of its fence, or 0. */
  #run(hardware: Hardware, job: RunningJob, finished: number): number {
    const { thread } = this
    if (!thread.isChecked) return parentIn(thread, hardware.run(job), finished)
    const { engine, record } = thread
    const cookie = engine.beginSignaling(record)
    try {
      return parentIn(thread, hardware.run(job), finished)
    } finally {
      if (thread.isAttached) engine.endSignaling(record, cookie)
    }
  }

  /** Calls `onTimeout` for the oldest running job if it is past its time; returns the milliseconds until the next is past it. */
  checkTimeout(hardware: Hardware): number {
    const { thread, address } = this
    checkHardware(hardware)
    const { heap } = thread
    const timeoutMs = heap.word(address + Words.timeoutMs)
    if (timeoutMs === FOREVER) return Infinity
    const steps = new Steps(heap, thread.name, Kind.Object, address, MOST_ROUNDS)
    for (;;) {
      steps.next()
      // In each round anew: `onTimeout` may let the thread leave.
      const { record } = thread
      const oldest = thread.engine.oldestRunning(record, address)
      if (oldest === 0) return Infinity
      using finished = new Fence(MADE, thread, oldest)
      const since = readWide(heap.word(record + ThreadRecord.nowLo), heap.word(record + ThreadRecord.nowHi))
      const leftMs = Number(since) / 1e6 + timeoutMs - nowNs() / 1e6
      if (leftMs > 0) return leftMs
      const answer = hardware.onTimeout?.(jobOf(heap, finished)) ?? "reset"
      if (oneOf("what onTimeout returned", answer, TIMEOUT_ANSWERS) === "reset")
        thread.told(thread.ask.endJob(thread.record, oldest, ETIMEDOUT))
      else thread.engine.restartTimeout(thread.record, address, oldest)
    }
  }

  /**
   * Stops it, for a reset of the hardware: over when this returns. `run` is not being called, and is not until `start`;
   * no job's time is up; what happens to the hardware's fences ends no job. After `timed-out` nothing new is run all the
   * same (unless its lock stayed taken: then `isStopped` is false): stop it again, or start it. @throws FenceError EDEADLK from within `run`; RangeError
   */
  stop(options: WaitOptions = {}): StopOutcome {
    const limit = new Limit(options)
    return sleepUntil(this.thread, new Halted(this.thread, this.address), limit)
  }

  /** Resolves when it is stopped. */
  stopAsync(options: AsyncWaitOptions = {}): Promise<StopOutcome> {
    return promised(() => {
      const [limit, signal] = [new Limit(options), abortSignal(options)]
      return promiseUntil(this.thread, new Halted(this.thread, this.address), limit, signal)
    })
  }

  /**
   * Says that a job made the hardware hang; returns how often it has by now, or 0 if it has ended. Beyond the scheduler's
   * `hangLimit` the job ends with ETIMEDOUT, and its entity is guilty: it takes no more jobs, and what it has ends with ECANCELED.
   * @throws FenceError EINVAL for a fence that is no job's finished one
   */
  blame(job: RunningJob): number {
    const { thread, address } = this
    const { finished } = optionsOf("a job", job)
    const fence = fenceIn(thread, finished)
    const { heap } = thread
    if ((heap.word(fence + FenceRecord.flags) & Flag.Job) === 0 || heap.word(fence + FenceRecord.user) === 0)
      throw errnoError("EINVAL", "Cannot blame a job: its finished fence is needed")
    return thread.told(thread.ask.blameJob(thread.record, address, fence))
  }

  /**
   * While it is stopped: offers the jobs that the hardware had to it again, oldest first; those of guilty entities end with
   * ECANCELED. Returns how many were offered. What `run` throws ends its job with EIO, and is thrown when all have been.
   */
  resubmit(hardware: Hardware): number {
    checkHardware(hardware)
    const errors: unknown[] = []
    let offered = 0
    while (this.#serve(hardware, takeStopped, errors)) offered++
    if (errors.length > 0) throw combined(errors)
    return offered
  }

  /**
   * Goes on after `stop`. Jobs that were not offered again are left to the fences that they had: what is complete ends them.
   * The oldest has its whole time. @throws FenceError EBUSY while another thread is offering jobs again
   */
  start(): void {
    const { thread, address } = this
    const isInside = this.#isServer()
    let started = 0
    try {
      started = thread.told(thread.ask.startScheduler(thread.record, address))
    } catch (error) {
      const errors: unknown[] = [error]
      if (!isInside) this.#endServing(address, errors)
      throw combined(errors)
    }
    if (started === 0)
      throw errnoError("EBUSY", "Cannot start a scheduler: jobs are being offered to its hardware again")
  }

  /**
   * Runs jobs until `until` says so (asked after each job, and when rung). Sleeps when there is nothing to do. The handle may
   * be dropped meanwhile.
   */
  serveSync(hardware: Hardware, until: () => boolean): void {
    checkHardware(hardware)
    synchronous("until", until)
    const mine = this.#again()
    withCleanup(
      () => mine.#serveSync(hardware, until),
      () => mine.drop(),
    )
  }

  #serveSync(hardware: Hardware, until: () => boolean): void {
    const { thread } = this
    const isOver = () => overBy("until", until())
    while (!isOver()) {
      thread.notice()
      const value = thread.engine.listen(thread.record)
      this.#attendAgain()
      const leftMs = this.checkTimeout(hardware)
      if (this.runNext(hardware) || isOver()) continue
      // Not before: `until`, and the hardware, may let the thread leave.
      park(thread, thread.record + ThreadRecord.doorbell, value, leftMs)
    }
  }

  /**
   * The same on the event loop, until aborted: then it resolves. Rejects with what `run` throws, or HeapError DETACHED. The
   * handle may be dropped meanwhile.
   */
  async serve(hardware: Hardware, signal: AbortSignal): Promise<void> {
    checkHardware(hardware)
    // Without one it would serve for ever.
    if (signalIn({ signal }) === undefined) throw new TypeError("Cannot serve without an AbortSignal to end it")
    const mine = this.#again()
    try {
      await mine.#serveUntil(hardware, signal)
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error
    } finally {
      mine.drop()
    }
  }

  async #serveUntil(hardware: Hardware, signal: AbortSignal): Promise<void> {
    const { thread } = this
    while (!signal.aborted) {
      const rung = new Rung(thread)
      let leftMs: number
      let hasRun = false
      try {
        this.#attendAgain()
        leftMs = this.checkTimeout(hardware)
        hasRun = this.runNext(hardware)
      } catch (error) {
        rung.disarm()
        throw error
      }
      if (hasRun) rung.disarm()
      else await promiseUntil(thread, rung, new Limit({ timeoutMs: leftMs }), signal)
    }
  }

  /** Another handle, with a reference of its own. */
  #again(): Scheduler {
    const { thread, address } = this
    thread.engine.addObjectRef(address)
    return new Scheduler(MADE, thread, address)
  }

  /** One thread is rung at a time. Whoever else serves it is woken when that leaves, or has died: then it is the one. */
  #attendAgain(): void {
    const { thread, address } = this
    if (thread.heap.word(address + Words.hardware) !== thread.record) this.attend()
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

  /**
   * Ends the scheduler for all: what the hardware has completes with ECANCELED, and so does what is queued, each job after
   * the one before it and what it depends on.
   */
  close(): void {
    const { thread, address } = this
    thread.told(thread.ask.closeScheduler(thread.record, address))
  }

  override drop(): void {
    if (this.#attending && this.thread.isAttached) this.leave()
    super.drop()
  }
}

const takeNext = ({ ask, record }: Seat, scheduler: number): Answer => ask.takeJob(record, scheduler)
const takeStopped = ({ ask, record }: Seat, scheduler: number): Answer => ask.takeStopped(record, scheduler)

/** Address of the hardware's fence; 0 for none: the job is done already. */
function parentIn(seat: Seat, parent: Fence | undefined, finished: number): number {
  if (parent === undefined) return 0
  const address = fenceIn(seat, parent)
  if (address === finished) throw errnoError("EINVAL", "Cannot run a job: it would wait for its own finished fence")
  return address
}
