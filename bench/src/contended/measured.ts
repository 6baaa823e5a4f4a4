/** Works at one thing for a fixed time, together with other threads, and says how long it took. */
import { type JsHistogram, build } from "hdr-histogram-js"
import { calibrateAmong, warmUpCalibration } from "../calibrate.js"
import { ownCpuMs, ownPreemptions } from "../load.js"
import { bucketsOf } from "./buckets.js"
import type { Line } from "./line.js"
import type { Pace } from "./pace.js"
import type { WorkerReport } from "./workload.js"

export interface Work extends Pace {
  once(): void
  /** Does the same, and says what of it is to be told, in milliseconds. Default: all of it. */
  timed?(): number
  /** Between the warm-up and the start. */
  rest?(): void
}

const histogram = () =>
  build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000_000,
    numberOfSignificantValueDigits: 3,
  }) as JsHistogram

/** So many turns as all take, or as there is time for; says how many. */
function warmUp(work: Work): number {
  const until = performance.now() + (work.mostWarmUpMs ?? Infinity)
  for (let i = 0; i < work.warmUp; i++) {
    if (i % 16 !== 0) work.once()
    else if (performance.now() > until) return i
    else if (work.timed) work.timed()
    else work.once()
  }
  return work.warmUp
}

/** Warms up, waits at the start line, works. */
export function measure(work: Work, line: Line, ms: number): WorkerReport {
  const latency = histogram()
  const batches = histogram()
  warmUpCalibration()
  line.startTogether()
  const warmedUp = warmUp(work)
  work.rest?.()
  line.startTogether()
  const before = calibrateAmong()
  line.startTogether()

  const cpuStartMs = ownCpuMs()
  const preemptedStart = ownPreemptions()
  const startMs = performance.now()
  const until = startMs + ms
  let operations = 0
  let endMs = startMs
  let longestGapMs = 0
  // One operation of a batch is timed by itself. The first thread whose time is up ends the run: none works on alone.
  while (!line.isOver()) {
    const batch = work.stride ? work.stride() : work.batch
    const batchMs = performance.now()
    let told: number | undefined
    if (work.timed) told = work.timed()
    else work.once()
    const afterOne = performance.now()
    for (let i = 1; i < batch; i++) work.once()
    const lastMs = endMs
    endMs = batch === 1 ? afterOne : performance.now()
    operations += batch
    latency.recordValue(toNs(told ?? afterOne - batchMs))
    batches.recordValue(toNs((endMs - batchMs) / batch))
    longestGapMs = Math.max(longestGapMs, endMs - lastMs)
    if (work.keepsTime && endMs >= until) line.end()
  }
  const cpuEndMs = ownCpuMs()
  const preemptedEnd = ownPreemptions()
  // Not together: one may still be waiting for what another does after its end. The slower of the two times counts.
  const after = calibrateAmong()
  const at = (p: number) => latency.getValueAtPercentile(p)
  return {
    warmedUp,
    operations,
    startMs: performance.timeOrigin + startMs,
    endMs: performance.timeOrigin + endMs,
    latencyNs: { p50: at(50), p99: at(99), p999: at(99.9), max: latency.maxValue },
    histogram: bucketsOf(latency),
    longestGapNs: toNs(longestGapMs),
    cpuStartMs,
    cpuEndMs,
    preemptedStart,
    preemptedEnd,
    calibrationNs: Math.max(before, after),
    batchNs: batches.getValueAtPercentile(50),
  }
}

function toNs(ms: number): number {
  return Math.max(1, Math.round(ms * 1e6))
}
