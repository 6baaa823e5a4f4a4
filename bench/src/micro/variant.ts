/**
 * A program: measures every operation of one engine, through addresses or through handles, and prints nanoseconds.
 * Each loop is a function of its own, so that V8 sees one callee per call site, as in a program that uses one engine.
 */
import { parseArgs } from "node:util"
import { type EngineKind, Heap, defineModule } from "@outlive/core"
import { Bench } from "tinybench"
import { watchLoad } from "../load.js"

const { values } = parseArgs({ options: { engine: { type: "string", default: "wasm" }, iterations: { type: "string", default: "300" } } })

const FENCES = 1_024
/** Timed loops run this many operations, so that the clock does not count. */
const BATCH = FENCES * 8

const heap = Heap.create({ engine: values.engine as EngineKind, fences: 2_048, threads: 2 })
const thread = heap.attach({ name: "bench" })
const timeline = thread.load(defineModule({ name: "bench", driverName: "bench" })).timeline("bench")
const handles = Array.from({ length: FENCES }, () => timeline.fence())
const addresses = Int32Array.from(handles, (h) => h.address)
const { engine, record, words } = thread
const first = addresses[0]!
const cell = heap.cell(0)
engine.publish(cell, first)
const FLAGS = 12
const OPS = 24
const freshFlags = words[(first + FLAGS) >> 2]!
const freshOps = words[(first + OPS) >> 2]!

function reset(): void {
  for (let i = 0; i < FENCES; i++) {
    words[(addresses[i]! + FLAGS) >> 2] = freshFlags
    words[(addresses[i]! + OPS) >> 2] = freshOps
  }
}

let sink = 0
const loops: Readonly<Record<string, { readonly resets: boolean; run(): void }>> = {
  hasSignaled: { resets: false, run() { for (let i = 0; i < FENCES; i++) sink += engine.hasSignaled(first) } },
  firstSignal: { resets: true, run() { for (let i = 0; i < FENCES; i++) sink += engine.signal(record, addresses[i]!) } },
  repeatedSignal: { resets: false, run() { for (let i = 0; i < FENCES; i++) sink += engine.signal(record, first) } },
  addRefDropRef: { resets: false, run() { for (let i = 0; i < FENCES; i++) { engine.addRef(first); engine.dropRef(record, first) } } },
  hasSignaledAt: { resets: false, run() { for (let i = 0; i < FENCES; i++) sink += engine.hasSignaledAt(record, cell) } },
  lockUnlock: { resets: false, run() { for (let i = 0; i < FENCES; i++) { engine.lock(record, first + 20); engine.unlock(record, first + 20) } } },
  firstSignalHandles: { resets: true, run() { for (let i = 0; i < FENCES; i++) sink += handles[i]!.signal() ? 1 : 0 } },
  createSignalDrop: { resets: false, run() { for (let i = 0; i < FENCES; i++) { const f = engine.createFence(record, timeline.address); engine.signal(record, f); engine.dropRef(record, f) } } },
}

const foreign = watchLoad()
// Counted, not timed: tinybench would add up the overridden durations, which are those of single operations.
const iterations = Number(values.iterations)
const bench = new Bench({ time: 0, iterations, warmupTime: 0, warmupIterations: iterations >> 2, throws: true })
for (const [name, loop] of Object.entries(loops)) {
  bench.add(name, () => {
    let elapsed = 0
    for (let done = 0; done < BATCH; done += FENCES) {
      if (loop.resets) reset()
      const start = performance.now()
      loop.run()
      elapsed += performance.now() - start
    }
    return { overriddenDuration: elapsed / BATCH }
  })
}
await bench.run()
const figures: Record<string, number> = {}
for (const task of bench.tasks) {
  if (task.result.state !== "completed") throw new Error(`Task ${task.name} did not complete: ${task.result.state}`)
  figures[task.name] = task.result.latency.p50 * 1e6
}
if (sink < 0) throw new Error("unreachable: keeps the loops from being optimized away")
process.stdout.write(`${JSON.stringify({ foreign: foreign(), overlap: 1, figures })}\n`)
