/**
 * amdgpu, KFD: "the memory of this process may not move while its queues run". Pending for as long as they run; whoever enables
 * it wants the memory: then a worker stops the queues, signals, and starts them again, with a new fence. It counts on the mm.
 */
import { type Fence, type ModuleDefinition, type Thread, type Timeline, defineModule } from "@outlive/core"
import { sleep } from "@outlive/workers"
import { grab, put } from "../counted.js"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType, How, Maker } from "../fence-type.js"
import { numbers } from "../numbers.js"
import { isStopped, obey, switchOff, switchOn } from "../run-switch.js"

/** By process. */
const FIRST = 16
const WORDS_PER_PROCESS = 8
const STATE = 0
const MM = 1
const WORK = 2
/** The queue's switch, and what the hardware says of it. */
const RUN = 3
const RUNS = 4
const PROCESSES = 8
const LOOK_MS = 0.05

const Process = { free: 0, making: 1, alive: 2, dying: 3 } as const

/** Words of an mm: its count, and whose it is. */
const WHOSE = 1

const DROPPED_ONCE = "The mm is dropped once, and after nothing can read it."
const NOT_QUIET = "The queues are stopped when the fence is signaled."
const NOT_OWN = "The driver knows its own fences, also those that are signaled."

const at = (process: number, word: number) => FIRST + WORDS_PER_PROCESS * process + word
const queuesOf = (process: number) => ({ asked: at(process, RUN), done: at(process, RUNS) })

export const kfdEviction: FenceType = {
  driver: "amdgpu",
  name: "kfd eviction",
  about:
    "pending while a process's queues run; enable starts the evictor, which stops them and signals; counts on the mm",
  mustHold: [DROPPED_ONCE, NOT_QUIET, NOT_OWN],
  controls: {
    [DROPPED_ONCE]: { twin: "F42", shownBy: "freed mm" },
    [NOT_QUIET]: "before-quiet",
    [NOT_OWN]: "F63",
  },
  hasPatch: true,
  isAsked: true,
  faults: {
    F42: "the mm is dropped before the signal, without the fence's lock",
    F43: "one way to signal does not go through the helper that drops the mm",
    F63: "the driver knows its fences by their ops, which have gone at the signal",
    "before-quiet": "the evictor signals before the queues have stopped",
  },
  cannot: { layered: "no job: it is pending for as long as a process runs, and its end is asked for by reclaim" },
  cells: PROCESSES,
  module: moduleOf,
  device(hands: Hands) {
    return numbers(PROCESSES).filter((process) => obey(hands, queuesOf(process))).length > 0
  },
  bind: (desk) => new KfdEviction(desk),
}

function moduleOf(maker: Maker): ModuleDefinition {
  const { how, words, preempt, firstCell, tell } = maker
  return defineModule({
    name: "amdgpu kfd eviction",
    driverName: "amdgpu_amdkfd_fence",
    ops: {
      enableSignaling(fence) {
        const token = fence.user
        preempt()
        if (token === 0) return false
        const thread = fence.thread as Thread
        const process = thread.issuerRecord(token).read(WHOSE)
        if (words.load(at(process, STATE)) !== Process.alive) return false
        thread.work(words.load(at(process, WORK))).queue()
        return undefined
      },
      // After a grace period, which a thread's own bookkeeping does not need.
      ...(how.form === "patched"
        ? {}
        : { free: (fence: Fence) => put((fence.thread as Thread).issuerRecord(fence.user)) }),
    },
    works: {
      evict(work, thread) {
        const process = work.argument
        const cell = firstCell + process
        using fence = thread.openAt(cell)
        if (!fence || fence.hasSignaled()) return
        switchOff(words, queuesOf(process))
        const isQuietNow = () => isStopped(words, queuesOf(process))
        if (how.fault !== "before-quiet")
          while (!isQuietNow() && words.load(at(process, STATE)) !== Process.free) sleep(LOOK_MS)
        const isQuiet = isQuietNow()
        signalAndDrop(thread, fence, how, tell)
        if (!isQuiet) tell("wrong", NOT_QUIET)
        switchOn(words, queuesOf(process))
      },
    },
  })
}

/** With the patch the mm is dropped here, once, under the fence's lock; before it, in `free`. */
function signalAndDrop(thread: Pick<Thread, "issuerRecord">, fence: Fence, how: How, tell: Maker["tell"]): void {
  if (how.fault === "F63" && fence.isDetached) {
    tell("crash", `${NOT_OWN} It asked its ops, which are gone, and reads through NULL`)
    return
  }
  if (how.form !== "patched") {
    fence.signal()
    return
  }
  if (how.fault === "F42") {
    const token = fence.user
    if (token !== 0) put(thread.issuerRecord(token))
    fence.user = 0
    fence.signal()
    return
  }
  fence.locked(() => {
    const token = fence.user
    fence.user = 0
    fence.signalLocked()
    if (token !== 0) put(thread.issuerRecord(token))
  })
}

class KfdEviction extends DriverCode {
  #timeline: Timeline | undefined
  #process: number | undefined

  /** A process comes: its mm counts for it, and its queues run. */
  override open(): void {
    const module = this.desk.load()
    this.#timeline = module.timeline("compute: the name of a process")
    const process = this.#freeProcess()
    this.#process = process
    if (process === undefined) return
    const mm = module.record({ name: "mm" })
    mm.write(WHOSE, process)
    grab(mm)
    this.words.store(at(process, MM), mm.token)
    this.words.store(at(process, WORK), module.work("evict", { argument: process }).token)
    switchOn(this.words, queuesOf(process))
    this.words.store(at(process, STATE), Process.alive)
  }

  /** One for all buffers of the process, until it is signaled: then the next, for its queues run again. */
  issue(): Fence | undefined {
    const process = this.#process
    if (process === undefined) return undefined
    const cell = this.desk.firstCell + process
    const current = this.thread.openAt(cell)
    if (current && !current.hasSignaled()) return current
    current?.drop()
    const fence = this.#timeline!.fence()
    const mm = this.thread.issuerRecord(this.words.load(at(process, MM)))
    grab(mm)
    fence.user = mm.token
    this.thread.replaceAt(cell, fence.addRef())?.drop()
    return fence
  }

  /** The process dies: its queues with it, its fence is signaled, its mm goes when nobody counts on it. */
  override close(): void {
    const process = this.#process
    if (process !== undefined) this.#end(process)
    this.#timeline?.close()
    this.#process = undefined
  }

  #end(process: number): void {
    const words = this.words
    const work = this.thread.work(words.load(at(process, WORK)))
    words.store(at(process, STATE), Process.dying)
    switchOff(words, queuesOf(process))
    work.cancelSync()
    // What the process counts goes first: then its fence is the last that keeps the mm.
    put(this.thread.issuerRecord(words.load(at(process, MM))))
    const fence = this.thread.replaceAt(this.desk.firstCell + process, undefined)
    if (fence) {
      this.desk.attempt("signals a fence", () => this.#signalAtEnd(fence))
      this.desk.attempt("drops a fence", () => fence.drop())
    }
    // An op that found the process alive may have queued it meanwhile.
    work.cancelSync()
    work.discard()
    words.store(at(process, STATE), Process.free)
  }

  #signalAtEnd(fence: Fence): void {
    const { how } = this.desk
    const tell: Maker["tell"] = (trouble, message) => this.desk.tell(trouble, message)
    if (how.fault === "F43") fence.signal()
    else signalAndDrop(this.thread, fence, how, tell)
  }
  #freeProcess(): number | undefined {
    for (let process = 0; process < PROCESSES; process++)
      if (this.words.claim(at(process, STATE), Process.free, Process.making)) return process
    return undefined
  }
}
