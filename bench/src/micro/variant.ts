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
const LOCK = 20
const freshFlags = words[(first + FLAGS) >> 2]!
const freshOps = words[(first + OPS) >> 2]!

function reset(): void {
  for (let i = 0; i < FENCES; i++) {
    words[(addresses[i]! + FLAGS) >> 2] = freshFlags
    words[(addresses[i]! + OPS) >> 2] = freshOps
  }
}

let sink = 0
/** A sum that is local to the loop, as a register is in the twins; added to `sink` once, so that nothing is optimized away. */
const loops: Readonly<Record<string, { readonly resets: boolean; run(): void }>> = {
  hasSignaled: {
    resets: false,
    run() {
      let sum = 0
      for (let i = 0; i < FENCES; i++) sum += engine.hasSignaled(first)
      sink += sum
    },
  },
  firstSignal: {
    resets: true,
    run() {
      let sum = 0
      for (let i = 0; i < FENCES; i++) sum += engine.signal(record, addresses[i]!)
      sink += sum
    },
  },
  repeatedSignal: {
    resets: false,
    run() {
      let sum = 0
      for (let i = 0; i < FENCES; i++) sum += engine.signal(record, first)
      sink += sum
    },
  },
  addRefDropRef: {
    resets: false,
    run() {
      for (let i = 0; i < FENCES; i++) {
        engine.addRef(first)
        engine.dropRef(record, first)
      }
    },
  },
  hasSignaledAt: {
    resets: false,
    run() {
      let sum = 0
      for (let i = 0; i < FENCES; i++) sum += engine.hasSignaledAt(record, cell)
      sink += sum
    },
  },
  lockUnlock: {
    resets: false,
    run() {
      const word = first + LOCK
      for (let i = 0; i < FENCES; i++) {
        engine.lock(record, word)
        engine.unlock(record, word)
      }
    },
  },
  firstSignalHandles: {
    resets: true,
    run() {
      let sum = 0
      for (let i = 0; i < FENCES; i++) sum += handles[i]!.signal() ? 1 : 0
      sink += sum
    },
  },
  createSignalDrop: {
    resets: false,
    run() {
      const from = timeline.address
      for (let i = 0; i < FENCES; i++) {
        const fence = engine.createFence(record, from)
        engine.signal(record, fence)
        engine.dropRef(record, fence)
      }
    },
  },
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
