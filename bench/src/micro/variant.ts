/**
 * A program: one operation of one engine, in a process of its own; prints its figures.
 *
 *   node dist/micro/variant.js --engine wasm --op firstSignal --samples 400
 *
 * tinybench collects and warms up; the loop times itself, a pass at a time, because what stands between passes
 * (putting fences back) must not count, and takes off what the clock itself costs.
 */
import { parseArgs } from "node:util"
import type { EngineKind } from "@outlive/core"
import { Bench } from "tinybench"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { median } from "../statistics.js"
import { PASS, makeLoop } from "./loops.js"

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "wasm" },
    op: { type: "string", default: "firstSignal" },
    samples: { type: "string", default: "400" },
  },
})
/** Passes to a sample: 8,192 operations, tens of microseconds. */
const PASSES = 8

const loop = makeLoop(values.op, values.engine as EngineKind)
const iterations = Number(values.samples)
// Counted, not timed: tinybench adds up the overridden durations, and those are of single operations.
const bench = new Bench({
  time: 0,
  iterations,
  warmupTime: 0,
  warmupIterations: Math.max(100, iterations >> 2),
  throws: true,
})
let clockMs = 0
bench.add(values.op, () => {
  let elapsed = 0
  for (let pass = 0; pass < PASSES; pass++) {
    loop.prepare()
    const start = performance.now()
    loop.pass()
    elapsed += performance.now() - start - clockMs
  }
  return { overriddenDuration: elapsed / (PASSES * PASS) }
})
clockCost()
clockMs = clockCost()
await bench.run()

const { result } = bench.tasks[0]!
if (result.state !== "completed") throw new Error(`Operation ${values.op} was not measured: ${result.state}`)
const { latency } = result
const figures = {
  ns: latency.p50 * 1e6,
  nsMin: latency.min * 1e6,
  nsP75: latency.p75 * 1e6,
  samples: latency.samplesCount,
}
const report: ChildReport = { cpuMs: ownCpuMs(), overlap: 1, threads: 1, figures }
process.stdout.write(`${JSON.stringify(report)}\n`)

function clockCost(): number {
  const pairs = Array.from({ length: 4_096 }, () => {
    const start = performance.now()
    return performance.now() - start
  })
  return median(pairs)
}
