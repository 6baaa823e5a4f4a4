/** One thread of a contended run: waits at the start line, works for a fixed time, reports through shared words. */
import { parentPort, workerData } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"
import { build } from "hdr-histogram-js"
import { Line } from "./line.js"
import { GUARDED_CELL, LOCK_CELL, type WorkerReport, type WorkerTask } from "./workload.js"

/** `Fence.flags`. */
const FLAGS = 12
/** How long a ping-pong waits before it looks whether the run is over. */
const PATIENCE_MS = 50
const WARM_UP_MS = 30

/** The clock is read once in so many operations, so that it does not set the pace. */
const SAMPLE_EVERY = 64

const task = workerData as WorkerTask
const thread = Heap.open(task.heap).attach({ name: `contender-${task.index}` })
const line = new Line(task.threads, task.line)
const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: 3 })
const work = { issue, "ping-pong": pingPong, lock: lockAndCount }[task.workload]()
const warmUntil = performance.now() + WARM_UP_MS
while (task.workload === "issue" && performance.now() < warmUntil) work.once()
line.startTogether()
const startMs = performance.now()
const until = startMs + task.ms
let operations = 0
while (true) {
  const before = performance.now()
  if (before >= until || line.isOver()) break
  work.once()
  histogram.recordValue(Math.max(1, Math.round((performance.now() - before) * 1e6)))
  operations++
  if (task.workload === "ping-pong") continue
  for (let i = 1; i < SAMPLE_EVERY; i++) work.once()
  operations += SAMPLE_EVERY - 1
}
const endMs = performance.now()
line.end()
work.close()
thread.detach()
const at = (p: number) => histogram.getValueAtPercentile(p)
parentPort!.postMessage({
  operations,
  startMs: performance.timeOrigin + startMs,
  endMs: performance.timeOrigin + endMs,
  latencyNs: { p50: at(50), p99: at(99), p999: at(99.9), max: histogram.maxValue },
} satisfies WorkerReport)

interface Work {
  once(): void
  close(): void
}

/** Issues, signals and drops fences of one timeline: with an external lock, all of them share it. */
function issue(): Work {
  const timeline = thread.load(defineModule({ name: "bench", driverName: "bench" })).timeline("shared")
  const { engine, record } = thread
  const address = timeline.address
  return {
    once() {
      const fence = engine.createFence(record, address) || thread.createFence(address)
      engine.signal(record, fence)
      engine.dropRef(record, fence)
    },
    close: () => timeline.close(),
  }
}

/** One thread signals a fence and waits for the answer, the other waits and answers: an operation is a round trip. */
function pingPong(): Work {
  const { engine, record } = thread
  const rounds = new Int32Array(task.fences)
  const half = rounds.length >> 1
  const begins = task.index === 0
  let round = 0
  return {
    once() {
      if (round === half) return void line.end()
      const there = rounds[round]!
      const back = rounds[half + round++]!
      if (begins) engine.signal(record, there)
      waitFor(begins ? back : there)
      if (!begins) engine.signal(record, back)
    },
    close() {},
  }

  function waitFor(fence: number): void {
    let value = engine.prepareWait(record, fence)
    while (value !== 0 && !line.isOver()) {
      Atomics.wait(thread.words, (fence + FLAGS) >> 2, value, PATIENCE_MS)
      value = engine.prepareWait(record, fence)
    }
    engine.finishWait(record, fence)
  }
}

/** Takes one lock that all share, adds one to a word it guards, gives it back. */
function lockAndCount(): Work {
  const { engine, heap, record, words } = thread
  const lock = heap.cell(LOCK_CELL)
  const guarded = heap.cell(GUARDED_CELL) >> 2
  return {
    once() {
      engine.lock(record, lock)
      words[guarded] = words[guarded]! + 1
      engine.unlock(record, lock)
    },
    close() {},
  }
}
