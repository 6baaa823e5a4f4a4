/**
 * A program: one operation of one engine, in a process of its own; prints its figures.
 *
 *   node dist/micro/variant.js --engine wasm --op firstSignal --ms 100
 *
 * tinybench collects; the loop times itself, a pass at a time, because what stands between passes
 * (putting fences back) must not count, and takes off what the clock itself costs. Each sample is framed by calibrations:
 * one beside which those are slow does not count.
 */
import { parseArgs } from "node:util"
import { Bench } from "tinybench"
import type { ChildReport } from "../child.js"
import { calibrateOnce, warmUpCalibration } from "../calibrate.js"
import { framed } from "../calibrations.js"
import { ownCpuMs } from "../load.js"
import { median, quantileOf } from "../statistics.js"
import { PASS, makeLoop } from "./loops.js"

const { values } = parseArgs({
  options: {
    /** Read by loops.ts. */
    engine: { type: "string", default: "wasm" },
    build: { type: "string" },
    op: { type: "string", default: "firstSignal" },
    ms: { type: "string", default: "100" },
  },
})
/** Passes to a sample: 8,192 operations, tens of microseconds. */
const PASSES = 8
const LEAST_SAMPLES = 50
const LEAST_WARM_UP = 50

const loop = makeLoop(values.op)
let clockMs = 0
function sample(): number {
  let elapsed = 0
  for (let pass = 0; pass < PASSES; pass++) {
    loop.prepare()
    const start = performance.now()
    loop.pass()
    elapsed += performance.now() - start - clockMs
  }
  return elapsed / (PASSES * PASS)
}

/** Two microseconds. */
const FRAME_TURNS = 2_000
const samples: { readonly value: number; readonly calibrationNs: number }[] = []

function framedSample(): number {
  const before = calibrateOnce(FRAME_TURNS)
  const value = sample()
  samples.push({ value, calibrationNs: Math.max(before, calibrateOnce(FRAME_TURNS)) })
  return value
}

warmUpCalibration()
clockCost()
clockMs = clockCost()
// Counted, not timed: tinybench would add up the overridden durations, and those are of single operations.
const iterations = Math.max(LEAST_SAMPLES, Math.round(Number(values.ms) / warmUp(Number(values.ms) / 2)))
const bench = new Bench({ time: 0, iterations, warmup: false, throws: true })
bench.add(values.op, () => ({ overriddenDuration: framedSample() }))
await bench.run()

const { result } = bench.tasks[0]!
if (result.state !== "completed") throw new Error(`Operation ${values.op} was not measured: ${result.state}`)
const { quiet, calibrationNs, share } = framed(samples.slice(-result.latency.samplesCount))
const figures = {
  ns: median(quiet) * 1e6,
  nsMin: Math.min(...quiet) * 1e6,
  nsP75: quantileOf(quiet, 0.75) * 1e6,
  samples: quiet.length,
  quietShare: share,
}
const report: ChildReport = { cpuMs: ownCpuMs(), overlap: 1, threads: 1, calibrationNs, figures }
process.stdout.write(`${JSON.stringify(report)}\n`)

/** Until the compilers are done; returns how long a sample takes in the end, with all that is not timed. */
function warmUp(ms: number): number {
  const until = performance.now() + ms
  let last = 0
  for (let i = 0; i < LEAST_WARM_UP || performance.now() < until; i++) {
    const start = performance.now()
    sample()
    last = performance.now() - start
  }
  return last
}

function clockCost(): number {
  const pairs = Array.from({ length: 4_096 }, () => {
    const start = performance.now()
    return performance.now() - start
  })
  return median(pairs)
}
