/** xe: preemption: pending for as long as a queue runs in long-running mode. Enable suspends the queue, and lets a work signal when it is. */
import { type Fence, type ModuleDefinition, type Thread, type Timeline, defineModule } from "@outlive/core"
import { sleep } from "@outlive/workers"
import type { Desk } from "../desk.js"
import type { Hands } from "../device.js"
import type { Driver, FenceType, Maker } from "../fence-type.js"
import type { Words } from "../words.js"

/** By queue. */
const FIRST = 16
const WORDS_PER_QUEUE = 4
const STATE = 0
const WORK = 1
const RUN = 2
const RUNS = 3
const QUEUES = 8
const LOOK_MS = 0.05

const NOT_SUSPENDED = "The queue is suspended when its fence is signaled."
const at = (queue: number, word: number) => FIRST + WORDS_PER_QUEUE * queue + word

export const xePreempt: FenceType = {
  driver: "xe",
  name: "preempt",
  about: "pending while a queue runs; enable suspends it and queues the work that signals; inline from the start",
  mustHold: [NOT_SUSPENDED],
  isAsked: true,
  faults: { early: "the work signals before the queue is suspended" },
  cannot: { layered: "no job: pending without end until somebody wants the memory" },
  cells: QUEUES,
  module: moduleOf,
  device({ registers, random }: Hands) {
    let isBusy = false
    for (let queue = 0; queue < QUEUES; queue++) {
      const wanted = registers.load(at(queue, RUN))
      if (registers.load(at(queue, RUNS)) === wanted || random.oneIn(3)) continue
      registers.store(at(queue, RUNS), wanted)
      isBusy = true
    }
    return isBusy
  },
  bind: (desk) => new Preempt(desk),
}

function moduleOf({ how, words, preempt, firstCell, tell }: Maker): ModuleDefinition {
  return defineModule({
    name: "xe preempt",
    driverName: "xe",
    ops: {
      enableSignaling(fence) {
        const queue = fence.user
        preempt()
        words.store(at(queue, RUN), 0)
        ;(fence.thread as Thread).work(words.load(at(queue, WORK))).queue()
      },
    },
    works: {
      preempt(work, thread) {
        const queue = work.argument
        using fence = thread.openAt(firstCell + queue)
        if (!fence || fence.hasSignaled()) return
        if (how.fault !== "early") while (words.load(at(queue, RUNS)) !== 0) sleep(LOOK_MS)
        fence.signal()
        if (words.load(at(queue, RUNS)) !== 0) tell("wrong", NOT_SUSPENDED)
        words.store(at(queue, RUN), 1)
      },
    },
  })
}

class Preempt implements Driver {
  readonly #desk: Desk
  readonly #words: Words
  readonly #thread: Thread
  #timeline: Timeline | undefined
  #queue: number | undefined

  constructor(desk: Desk) {
    this.#desk = desk
    this.#words = desk.words
    this.#thread = desk.thread
  }

  probe(): void {
    this.#desk.load()
  }

  open(): void {
    const module = this.#desk.load()
    this.#timeline = module.timeline("preempt: the name of a queue")
    const queue = Array.from({ length: QUEUES }, (_, n) => n).find((n) => this.#words.claim(at(n, STATE), 0, 1))
    this.#queue = queue
    if (queue === undefined) return
    this.#words.store(at(queue, WORK), module.work("preempt", { argument: queue }).token)
    this.#words.store(at(queue, RUN), 1)
  }

  issue(): Fence | undefined {
    const queue = this.#queue
    if (queue === undefined) return undefined
    const cell = this.#desk.firstCell + queue
    const current = this.#thread.openAt(cell)
    if (current && !current.hasSignaled()) return current
    current?.drop()
    const fence = this.#timeline!.fence()
    fence.user = queue
    this.#thread.replaceAt(cell, fence.addRef())?.drop()
    return fence
  }

  /** The queue ends: its fence is asked for, and its work is waited for. */
  close(): void {
    const queue = this.#queue
    if (queue !== undefined) this.#end(queue)
    this.#timeline?.close()
    this.#queue = undefined
  }

  #end(queue: number): void {
    const work = this.#thread.work(this.#words.load(at(queue, WORK)))
    using fence = this.#thread.openAt(this.#desk.firstCell + queue)
    if (fence) {
      this.#desk.attempt("enables a fence", () => void fence.enableSignaling())
      this.#desk.waitFor("a preemption that was asked for does not come", () => fence.hasSignaled())
    }
    work.flush()
    work.discard()
    this.#thread.replaceAt(this.#desk.firstCell + queue, undefined)?.drop()
    this.#words.store(at(queue, RUN), 0)
    this.#words.store(at(queue, STATE), 0)
  }

  work(): boolean {
    return false
  }

  stop(): void {}
  remove(): void {}
}
