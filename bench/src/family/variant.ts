/**
 * A program: one curve at one size on one engine, in a process of its own; prints its figures.
 *
 *   node dist/family/variant.js --engine wasm --curve chainWalk --size 1000 --ms 100
 */
import { parseArgs } from "node:util"
import { Heap, defineModule } from "@outlive/core"
import { ENGINES, oneOf } from "@outlive/workers"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { median } from "../statistics.js"
import { makePass } from "./loops.js"

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "wasm" },
    curve: { type: "string", default: "chainWalk" },
    size: { type: "string", default: "1000" },
    ms: { type: "string", default: "100" },
  },
})
const size = Number(values.size)
const LEAST_SAMPLES = 15
const CONTEXTS = 10
/** Short passes are timed by the dozen: the clock ticks in tenths of a microsecond. */
const LEAST_SAMPLE_MS = 0.05

const room = 4 * size + 256
const heap = Heap.create({
  engine: oneOf("engine", values.engine, ENGINES),
  fences: room,
  callbacks: room,
  containers: room,
  objects: room,
  lists: room,
  timelines: 2 * CONTEXTS + size,
  threads: 2,
})
const thread = heap.attach({ name: "bench" })
const module = thread.load(defineModule({ name: "bench", driverName: "bench" }))
const timelines = Array.from({ length: CONTEXTS }, (_, i) => module.timeline(`context ${i}`))
const pass = makePass(values.curve, { heap, thread, timelines }, size)

function sample(): number {
  let elapsed = 0
  let passes = 0
  do {
    pass.prepare()
    const start = performance.now()
    pass.run()
    elapsed += performance.now() - start
    pass.cleanUp()
    passes++
  } while (elapsed < LEAST_SAMPLE_MS)
  return elapsed / passes
}

const until = performance.now() + Number(values.ms)
while (performance.now() < until) sample()
const samples: number[] = []
const end = performance.now() + Number(values.ms)
while (samples.length < LEAST_SAMPLES || performance.now() < end) samples.push(sample())
const figures = { us: 1_000 * median(samples), samples: samples.length }
const report: ChildReport = { cpuMs: ownCpuMs(), overlap: 1, threads: 1, figures }
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())
