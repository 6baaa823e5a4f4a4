/**
 * A program: a native lock under contention, between two calibrations; prints its figures.
 *
 *   node dist/native/contended.js --by ttas --native …/contended --threads 2 --ms 300
 */
import { spawnSync } from "node:child_process"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import type { ChildReport } from "../child.js"
import { Line } from "../contended/line.js"
import { fairnessFigures } from "../contended/figures.js"
import { ownCpuMs } from "../load.js"

const { values } = parseArgs({
  options: {
    by: { type: "string" },
    native: { type: "string" },
    threads: { type: "string", default: "2" },
    section: { type: "string", default: "0" },
    outside: { type: "string", default: "0" },
    apart: { type: "string", default: "256" },
    ms: { type: "string", default: "300" },
  },
})
/** Of which waits are timed, as in the other arms. */
const SEED = "1"
const LONGEST_MS = 50_000
const LATENCIES = ["p50", "p99", "p999", "max"] as const

/** What one thread saw. */
type Thread = Readonly<
  Record<
    | (typeof LATENCIES)[number]
    | "operations"
    | "startMs"
    | "endMs"
    | "longestGapNs"
    | "mostInARow"
    | "cpuStartMs"
    | "cpuEndMs"
    | "timed",
    number
  >
> & { readonly preempted: readonly [number, number] }

const threads = Number(values.threads)
const { buffer } = new Line(threads)
const crew = Array.from(
  { length: threads },
  () => new Worker(new URL("./calibrator.js", import.meta.url), { workerData: { threads, buffer } }),
)
const before = await calibrated()
const { threads: seen, cpuMs } = measured()
const calibrationNs = Math.max(before, await calibrated())

const most = (name: keyof Thread) => Math.max(...seen.map((thread) => Number(thread[name])))
const least = (name: keyof Thread) => Math.min(...seen.map((thread) => Number(thread[name])))
const elapsedMs = most("endMs") - least("startMs")
const operations = seen.map((thread) => thread.operations)
const all = operations.reduce((a, b) => a + b, 0)
const usedMs = most("cpuEndMs") - least("cpuStartMs")
const [preemptedFirst, preemptedLast] = [0, 1].map((at) => seen.map(({ preempted }) => preempted[at]!))
const overlap = seen.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0) / elapsedMs
const report: ChildReport = {
  cpuMs: ownCpuMs() + cpuMs,
  threads,
  calibrationNs,
  overlap,
  figures: {
    perSecond: all / (elapsedMs / 1_000),
    perCpuSecond: all / (usedMs / 1_000),
    ...fairnessFigures(operations),
    ...Object.fromEntries(LATENCIES.map((name) => [name, most(name)])),
    longestGap: most("longestGapNs"),
    mostInARow: most("mostInARow"),
    cpus: usedMs / elapsedMs,
    overlap,
    preempted: (Math.max(...preemptedLast!) - Math.min(...preemptedFirst!)) / (elapsedMs / 1_000),
    timed: seen.reduce((sum, { timed }) => sum + timed, 0) / all,
  },
}
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())

/** Of the slowest thread. */
async function calibrated(): Promise<number> {
  const times = crew.map(
    (worker) =>
      new Promise<number>((resolve, reject) => {
        worker.once("message", resolve)
        worker.once("error", reject)
      }),
  )
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none; windows do
  for (const worker of crew) worker.postMessage("calibrate")
  return Math.max(...(await Promise.all(times)))
}

function measured(): { readonly threads: readonly Thread[]; readonly cpuMs: number } {
  const { by, native, section, outside, apart, ms } = values
  const args = [by!, String(threads), section, outside, apart, ms, SEED]
  const { stdout, stderr, status, signal, error } = spawnSync(native!, args, { encoding: "utf8", timeout: LONGEST_MS })
  if (status !== 0) throw new Error(`Cannot measure ${by}: ${stderr || String(error ?? signal)}`)
  return JSON.parse(stdout) as { threads: Thread[]; cpuMs: number }
}
