/** What the threads of a contended run do, one operation at a time. */
import { type Thread, defineModule } from "@outlive/core"
import type { Line } from "./line.js"
import { GUARDED_CELL, LOCK_CELL, SLOTS, type WorkerTask } from "./workload.js"

export interface Work {
  once(): void
  /** How many operations before the measurement; all threads do as many. */
  readonly warmUp: number
  /** How many operations between two looks at the clock. */
  readonly batch: number
  /** Whether this thread looks at the clock; one that does not goes on until the others are done. */
  readonly keepsTime: boolean
  close(): void
}

/** `Fence.flags` and `Fence.ops`, as in the engine's layout. */
const FLAGS = 12
const OPS = 24

export function makeWork(task: WorkerTask, thread: Thread, line: Line): Work {
  if (task.workload === "issue") return issue(thread)
  if (task.workload === "lock") return lockAndCount(thread)
  return pingPong(task, thread, line)
}

/** Issues, signals and drops fences of one timeline: with an external lock, all of them share it. */
function issue(thread: Thread): Work {
  const timeline = thread.load(defineModule({ name: "bench", driverName: "bench" })).timeline("shared")
  const { engine, record } = thread
  const { address } = timeline
  return {
    warmUp: 50_000,
    batch: 64,
    keepsTime: true,
    once() {
      const fence =
        engine.createFence(record, address) || thread.make("fences", () => engine.createFence(record, address))
      engine.signal(record, fence)
      engine.dropRef(record, fence)
    },
    close: () => timeline.close(),
  }
}

/** Takes one lock that all share, adds one to a word it guards, gives it back. */
function lockAndCount(thread: Thread): Work {
  const { engine, heap, record, words } = thread
  const lock = heap.cell(LOCK_CELL)
  const guarded = heap.cell(GUARDED_CELL) >> 2
  return {
    warmUp: 50_000,
    batch: 64,
    keepsTime: true,
    once() {
      engine.lock(record, lock)
      words[guarded] = words[guarded]! + 1
      engine.unlock(record, lock)
    },
    close() {},
  }
}

/**
 * Threads 2k and 2k + 1 play together; an operation is a round trip. The opener alone keeps time, and says goodbye
 * with one more signal, so that its partner does not sleep on.
 *
 * PLAIN: the opener makes fences new again half a turn after their use. Both have long left them: to come this far,
 * each has seen the other signal hundreds of fences later.
 */
function pingPong(task: WorkerTask, thread: Thread, line: Line): Work {
  const { engine, record, words } = thread
  const all = new Int32Array(task.fences)
  const at = (task.index >> 1) * 2 * SLOTS
  const [there, back] = [all.subarray(at, at + SLOTS), all.subarray(at + SLOTS, at + 2 * SLOTS)]
  const opens = task.index % 2 === 0
  const flags = words[(there[0]! + FLAGS) >> 2]!
  const ops = words[(there[0]! + OPS) >> 2]!
  let round = 0

  const renew = (fence: number) => {
    words[(fence + FLAGS) >> 2] = flags
    words[(fence + OPS) >> 2] = ops
  }
  const waitFor = (fence: number) => {
    let value = engine.prepareWait(record, fence)
    while (value !== 0) {
      Atomics.wait(words, (fence + FLAGS) >> 2, value)
      value = engine.prepareWait(record, fence)
    }
    engine.finishWait(record, fence)
  }
  const open = () => {
    const slot = round++ % SLOTS
    const old = (slot + SLOTS / 2) % SLOTS
    if (round > SLOTS / 2) {
      renew(there[old]!)
      renew(back[old]!)
    }
    engine.signal(record, there[slot]!)
    waitFor(back[slot]!)
  }
  const answer = () => {
    const slot = round++ % SLOTS
    waitFor(there[slot]!)
    if (!line.isOver()) engine.signal(record, back[slot]!)
  }
  return {
    warmUp: 2_000,
    batch: 1,
    keepsTime: opens,
    once: opens ? open : answer,
    close() {
      if (opens) engine.signal(record, there[round % SLOTS]!)
    },
  }
}
