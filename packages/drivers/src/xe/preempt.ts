/**
 * xe: "the memory of this queue may not move while it runs", for queues without end. Pending until somebody enables it: that
 * suspends the queue, by a message to the firmware, and queues the work that signals, on one ordered workqueue for all. The fence
 * holds a reference on its queue, which the work gives back.
 */
import {
  type Fence,
  type IssuerRecord,
  type IssuerThread,
  type ModuleDefinition,
  type Thread,
  type Timeline,
  type Work,
  defineModule,
} from "@outlive/core"
import { sleep } from "@outlive/workers"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"
import { isStopped, isSwitchedOn, obey, switchOff, switchOn } from "../run-switch.js"
import type { Words } from "../words.js"

/** Whether the ordered workqueue is at something. */
const IS_WORKING = 0
/** By queue: whether it is used, its record, its fence's work, whether it is to run, and whether it does: the last two are registers. */
const FIRST = 16
const WORDS_PER_QUEUE = 8
const STATE = 0
const QUEUE = 1
const WORK = 2
const RUN = 3
const RUNS = 4
const QUEUES = 8

const State = { free: 0, used: 1, ended: 2, destroying: 3 } as const

/** Words of a queue's record. */
const REFERENCES = 0
const NUMBER = 1
const IS_KILLED = 2
const ERROR = 3

const LOOK_MS = 0.05
const ENOENT = -2

const NOT_SUSPENDED = "The queue is suspended when its fence is signaled."
const TWO_PENDING = "There are never two pending fences of one queue."
const NOT_OWN = "A driver knows its own fences, also those that are signaled."

const at = (queue: number, word: number) => FIRST + WORDS_PER_QUEUE * queue + word
const switchOf = (queue: number) => ({ asked: at(queue, RUN), done: at(queue, RUNS) })

export const xePreempt: FenceType = {
  driver: "xe",
  name: "preempt",
  about: "pending while a queue runs; enable suspends it and queues the work that signals; inline from the start",
  mustHold: [NOT_SUSPENDED, TWO_PENDING, NOT_OWN],
  controls: { [NOT_SUSPENDED]: "early", [TWO_PENDING]: "rearmed", [NOT_OWN]: "F63" },
  isAsked: true,
  faults: {
    F44: "a queue is destroyed without flushing the work that has just signaled",
    F51: "the work allocates before it signals: reclaim waits for the very memory",
    F63: "it knows its fences by their ops, which are gone at the signal",
    early: "the work signals before the queue is suspended",
    rearmed: "the next fence is made when the queue is told to stop, and not when the last one is signaled",
    "no-reference": "the fence holds no reference on its queue",
  },
  cannot: { layered: "no job: pending without end until somebody wants the memory" },
  cells: QUEUES,
  module: moduleOf,
  device(hands: Hands) {
    return QUEUE_NUMBERS.filter((queue) => obey(hands, switchOf(queue))).length > 0
  },
  bind: (desk) => new Preempt(desk),
}

function moduleOf(maker: Maker): ModuleDefinition {
  const { words, preempt } = maker
  return defineModule({
    name: "xe preempt",
    driverName: "xe",
    ops: {
      enableSignaling(fence) {
        const thread = fence.thread as Thread
        preempt()
        const queue = thread.issuerRecord(fence.user)
        const number = queue.read(NUMBER)
        // A queue that was killed cannot be suspended.
        if (queue.read(IS_KILLED) === 1) queue.write(ERROR, ENOENT)
        switchOff(words, switchOf(number))
        thread.work(words.load(at(number, WORK))).queue()
      },
    },
    works: {
      preempt(work, thread) {
        if (!words.claim(IS_WORKING, 0, 1)) {
          again(work)
          return
        }
        try {
          preemptOne(maker, work, thread)
        } finally {
          words.store(IS_WORKING, 0)
        }
      },
    },
  })
}

/** Not now: the workqueue goes on with another. */
function again(work: Work): void {
  sleep(LOOK_MS)
  work.queue()
}

/** Waits for the suspension, a round of the workqueue at a time; signals; lets the queue be bound and run again. */
function preemptOne({ how, words, firstCell, random, tell }: Maker, work: Work, thread: IssuerThread): void {
  const number = work.argument
  if (!isStopped(words, switchOf(number)) && how.fault !== "early") {
    again(work)
    return
  }
  const fence = (thread as Thread).openAt(firstCell + number)
  if (!fence) return
  const queue = thread.issuerRecord(fence.user)
  const cookie = (thread as Thread).beginSignaling()
  try {
    const error = queue.read(ERROR)
    if (error !== 0) fence.setError(error)
    if (how.fault === "F51") fence.waitSync({ timeoutMs: 1 })
    if (!isStopped(words, switchOf(number))) tell("wrong", NOT_SUSPENDED)
    fence.signal()
    if (queue.read(IS_KILLED) === 0) switchOn(words, switchOf(number))
  } finally {
    ;(thread as Thread).endSignaling(cookie)
  }
  fence.drop()
  if (how.fault !== "no-reference") putQueue(words, queue)
  // From here on nothing keeps queue or module but whoever flushes the work.
  if (random.oneIn(4)) sleep(2 * random.fraction())
}

/** The last reference ends the queue; it is destroyed later, where works can be waited for. */
function putQueue(words: Words, queue: IssuerRecord): void {
  const number = queue.read(NUMBER)
  if (queue.add(REFERENCES, -1) !== 1) return
  queue.discard()
  words.store(at(number, STATE), State.ended)
}

class Preempt extends DriverCode {
  #timeline: Timeline | undefined
  #queue: number | undefined

  override open(): void {
    const words = this.words
    const module = this.desk.load()
    this.#timeline = module.timeline("preempt: the name of a queue")
    const number = QUEUE_NUMBERS.find((n) => words.claim(at(n, STATE), State.free, State.used))
    this.#queue = number
    if (number === undefined) return
    const queue = module.record({ name: "exec queue" })
    queue.write(REFERENCES, 1)
    queue.write(NUMBER, number)
    words.store(at(number, QUEUE), queue.token)
    words.store(at(number, WORK), module.work("preempt", { argument: number }).token)
    switchOn(words, switchOf(number))
  }

  /** One at a time: until it is signaled, that goes on all that the queue binds. */
  issue(): Fence | undefined {
    const number = this.#queue
    if (number === undefined) return undefined
    const cell = this.desk.firstCell + number
    const current = this.thread.openAt(cell)
    // The next one comes when the queue runs again: one that were enabled before that would stop it too early, and wait for ever.
    const isOpen = current && (!current.hasSignaled() || !isSwitchedOn(this.words, switchOf(number)))
    if (isOpen && !this.#isRearmed(number)) return current
    if (current && !this.#isOwn(current)) this.desk.tell("wrong", NOT_OWN)
    current?.drop()
    const token = this.words.load(at(number, QUEUE))
    const fence = this.#timeline!.fence()
    fence.user = token
    if (!this.desk.hasFault("no-reference")) this.thread.issuerRecord(token).add(REFERENCES, 1)
    const before = this.thread.replaceAt(cell, fence.addRef())
    if (before && !before.hasSignaled()) this.desk.tell("wrong", TWO_PENDING)
    before?.drop()
    return fence
  }

  /** Whether the next one is made all the same. */
  #isRearmed(number: number): boolean {
    return this.desk.hasFault("rearmed") && !isSwitchedOn(this.words, switchOf(number))
  }

  #isOwn(fence: Fence): boolean {
    return this.desk.hasFault("F63") ? !fence.isDetached : fence.user !== 0
  }

  /** The queue is killed: its fence is asked for, and nobody waits. What is pending holds the queue. */
  override close(): void {
    const number = this.#queue
    if (number !== undefined) this.#kill(number)
    this.#timeline?.close()
    this.#queue = undefined
  }

  #kill(number: number): void {
    const queue = this.thread.issuerRecord(this.words.load(at(number, QUEUE)))
    queue.write(IS_KILLED, 1)
    const fence = this.thread.openAt(this.desk.firstCell + number)
    if (fence) this.desk.attempt("enables a fence", () => void fence.enableSignaling())
    if (fence) this.desk.attempt("drops a fence", () => fence.drop())
    putQueue(this.words, queue)
  }

  /** Destroys queues that have ended: their works have returned by then. */
  override work(): boolean {
    const words = this.words
    const number = QUEUE_NUMBERS.find((n) => words.claim(at(n, STATE), State.ended, State.destroying))
    if (number === undefined) return false
    const work = this.thread.work(words.load(at(number, WORK)))
    if (!this.desk.hasFault("F44")) work.flush()
    work.discard()
    const fence = this.thread.replaceAt(this.desk.firstCell + number, undefined)
    if (fence) this.desk.attempt("drops a fence", () => fence.drop())
    switchOff(words, switchOf(number))
    words.store(at(number, STATE), State.free)
    return true
  }

  override stop(): void {
    const isFree = (n: number) => this.words.load(at(n, STATE)) === State.free
    this.desk.waitFor("a queue that was killed does not end", () => {
      while (this.work());
      return QUEUE_NUMBERS.every(isFree)
    })
  }
}

const QUEUE_NUMBERS = numbers(QUEUES)
