/** Works at one thing for a fixed time, together with other threads, and says how long it took. */
import { type JsHistogram, build } from "hdr-histogram-js"
import { bucketsOf } from "./buckets.js"
import type { Line } from "./line.js"
import type { Pace } from "./pace.js"
import type { WorkerReport } from "./workload.js"

export interface Work extends Pace {
  once(): void
  /** Between the warm-up and the start. */
  rest?(): void
}

const histogram = () =>
  build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000_000,
    numberOfSignificantValueDigits: 3,
  }) as JsHistogram

/** Warms up, waits at the start line, works. */
export function measure(work: Work, line: Line, ms: number): WorkerReport {
  const latency = histogram()
  const batches = histogram()
  line.startTogether()
  for (let i = 0; i < work.warmUp; i++) work.once()
  work.rest?.()
  line.startTogether()

  const startMs = performance.now()
  const until = startMs + ms
  let operations = 0
  let endMs = startMs
  // One operation of a batch is timed by itself. The first thread whose time is up ends the run: none works on alone.
  while (!line.isOver()) {
    const before = performance.now()
    work.once()
    const afterOne = performance.now()
    for (let i = 1; i < work.batch; i++) work.once()
    endMs = work.batch === 1 ? afterOne : performance.now()
    operations += work.batch
    latency.recordValue(toNs(afterOne - before))
    batches.recordValue(toNs((endMs - before) / work.batch))
    if (work.keepsTime && endMs >= until) line.end()
  }
  const at = (p: number) => latency.getValueAtPercentile(p)
  return {
    operations,
    startMs: performance.timeOrigin + startMs,
    endMs: performance.timeOrigin + endMs,
    latencyNs: { p50: at(50), p99: at(99), p999: at(99.9), max: latency.maxValue },
    histogram: bucketsOf(latency),
    batchNs: batches.getValueAtPercentile(50),
  }
}

function toNs(ms: number): number {
  return Math.max(1, Math.round(ms * 1e6))
}
