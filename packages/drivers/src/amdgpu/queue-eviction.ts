/**
 * amdgpu, user queues: "the memory of this file may not move while its queues run". A manager for each open file keeps one fence
 * at a time; enable queues the work that suspends the queues, signals under the queues' mutex, and resumes.
 */
import { type Fence, type ModuleDefinition, type Thread, type Timeline, defineModule } from "@outlive/core"
import { sleep } from "@outlive/workers"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"
import { isStopped, isSwitchedOn, obey, switchOff, switchOn } from "../run-switch.js"
import { waitFor } from "../wait-for.js"

/** By open file. */
const FIRST = 16
const WORDS_PER_FILE = 8
const STATE = 0
const MANAGER = 1
const MUTEX = 2
const RUN = 3
const RUNS = 4
const FILES = 8

/** Words of a manager. */
const WORK = 0
const SHUTDOWN = 1

const LOOK_MS = 0.05
const RECLAIM_MS = 1

const TWO_PENDING = "There are never two pending fences of one manager."
const RESUMED_EARLY = "The queues resume after the signal."
const NOT_SUSPENDED = "The queues are suspended when the fence is signaled."
const QUEUED_LATE = "No work is queued after the shutdown."

const at = (file: number, word: number) => FIRST + WORDS_PER_FILE * file + word
const queuesOf = (file: number) => ({ asked: at(file, RUN), done: at(file, RUNS) })

export const queueEviction: FenceType = {
  driver: "amdgpu",
  name: "queue eviction",
  about: "pending while a file's user queues run; enable queues the work that suspends them, signals, and resumes",
  mustHold: [TWO_PENDING, RESUMED_EARLY, NOT_SUSPENDED, QUEUED_LATE],
  controls: {
    [TWO_PENDING]: "replaced",
    [RESUMED_EARLY]: "F50",
    [NOT_SUSPENDED]: "before-quiet",
    [QUEUED_LATE]: { twin: "F31", shownBy: "work" },
  },
  isAsked: true,
  faults: {
    F31: "the work is flushed before the last enable may have queued it, and not again",
    F51: "the work that suspends the queues allocates before it signals, and reclaim waits for the very fence",
    F50: "the queues are resumed before the signal",
    "before-quiet": "the work signals before the queues have stopped",
    replaced: "a file's next fence takes the place of the last, signaled or not",
  },
  cannot: { layered: "no job: pending without end until reclaim enables it, when nothing may be allocated" },
  cells: FILES,
  module: moduleOf,
  device(hands: Hands) {
    return numbers(FILES).filter((file) => obey(hands, queuesOf(file))).length > 0
  },
  bind: (desk) => new QueueEviction(desk),
}

function moduleOf({ how, words, preempt, firstCell, tell }: Maker): ModuleDefinition {
  return defineModule({
    name: "amdgpu queue eviction",
    driverName: "amdgpu_eviction_fence",
    ops: {
      enableSignaling(fence) {
        const thread = fence.thread as Thread
        const token = fence.user
        preempt()
        thread.work(thread.issuerRecord(token).read(WORK)).queue()
      },
    },
    works: {
      suspend(work, server) {
        const thread = server as Thread
        const file = work.argument
        using fence = thread.openAt(firstCell + file)
        if (!fence || fence.hasSignaled()) return
        while (!words.claim(at(file, MUTEX), 0, 1)) sleep(LOOK_MS)
        const cookie = thread.beginSignaling()
        switchOff(words, queuesOf(file))
        if (how.fault !== "before-quiet") while (!isStopped(words, queuesOf(file))) sleep(LOOK_MS)
        if (how.fault === "F51") waitFor(fence, RECLAIM_MS)
        if (how.fault === "F50") switchOn(words, queuesOf(file))
        if (isSwitchedOn(words, queuesOf(file))) tell("wrong", RESUMED_EARLY)
        else if (!isStopped(words, queuesOf(file))) tell("wrong", NOT_SUSPENDED)
        fence.signal()
        thread.endSignaling(cookie)
        words.store(at(file, MUTEX), 0)
        if (thread.issuerRecord(words.load(at(file, MANAGER))).read(SHUTDOWN) === 0) switchOn(words, queuesOf(file))
      },
    },
  })
}

class QueueEviction extends DriverCode {
  #timeline: Timeline | undefined
  #file: number | undefined

  override open(): void {
    const module = this.desk.load()
    this.#timeline = module.timeline("compositor: the name of a process", { seqno64: true })
    const file = numbers(FILES).find((n) => this.words.claim(at(n, STATE), 0, 1))
    this.#file = file
    if (file === undefined) return
    const manager = module.record({ name: "eviction manager" })
    manager.write(WORK, module.work("suspend", { argument: file }).token)
    this.words.store(at(file, MANAGER), manager.token)
    switchOn(this.words, queuesOf(file))
  }

  /** The next one only when the last is signaled; until then that goes on all buffers. */
  issue(): Fence | undefined {
    const file = this.#file
    if (file === undefined) return undefined
    const cell = this.desk.firstCell + file
    while (!this.words.claim(at(file, MUTEX), 0, 1)) sleep(LOOK_MS)
    try {
      const current = this.thread.openAt(cell)
      if (current && !current.hasSignaled() && !this.desk.hasFault("replaced")) return current
      current?.drop()
      const fence = this.#timeline!.fence()
      fence.user = this.words.load(at(file, MANAGER))
      const before = this.thread.replaceAt(cell, fence.addRef())
      if (before && !before.hasSignaled()) this.desk.tell("wrong", TWO_PENDING)
      before?.drop()
      return fence
    } finally {
      this.words.store(at(file, MUTEX), 0)
    }
  }

  /** Shutdown, the fence is waited for, the work flushed; only then the manager goes. */
  override close(): void {
    const file = this.#file
    if (file !== undefined) this.#end(file)
    this.#timeline?.close()
    this.#file = undefined
  }

  #end(file: number): void {
    const words = this.words
    const manager = this.thread.issuerRecord(words.load(at(file, MANAGER)))
    const work = this.thread.work(manager.read(WORK))
    manager.write(SHUTDOWN, 1)
    work.flush()
    const fence = this.thread.openAt(this.desk.firstCell + file)
    if (fence) {
      this.desk.attempt("signals a fence", () => this.#evict(fence))
      this.desk.attempt("drops a fence", () => fence.drop())
    }
    if (!this.desk.hasFault("F31")) work.flush()
    work.discard()
    manager.discard()
    this.thread.replaceAt(this.desk.firstCell + file, undefined)?.drop()
    switchOff(words, queuesOf(file))
    words.store(at(file, STATE), 0)
  }

  /** Nobody has asked for it: it is asked for now, or, as before a fault was mended, just signaled. */
  #evict(fence: Fence): void {
    if (this.desk.hasFault("F31")) {
      fence.signal()
      return
    }
    fence.enableSignaling()
    this.desk.waitFor("an eviction that was asked for does not come", () => fence.hasSignaled())
  }
}
