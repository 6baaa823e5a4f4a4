/**
 * A program: one run over a structure of the lab in a process of its own, and its figures.
 *
 *   node dist/reclamation/variant.js --build <file> --structure list --keys 2000 --reads 90 --threads 2 --stall 10 --ms 300
 */
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { createLab } from "@outlive/core/engine-js"
import { oneOf, wholeFrom } from "@outlive/workers"
import type { ChildReport } from "../child.js"
import { merged } from "../contended/buckets.js"
import { Line } from "../contended/line.js"
import { fairnessFigures } from "../contended/figures.js"
import { ownCpuMs } from "../load.js"
import {
  HOST,
  type LabWorkerReport,
  type LabWorkerTask,
  STALL_ROOT,
  STRUCTURES,
  type StallTask,
  sizesFor,
} from "./task.js"
import { fill } from "./works.js"

const { values } = parseArgs({
  options: {
    build: { type: "string" },
    structure: { type: "string", default: "list" },
    keys: { type: "string", default: "2000" },
    reads: { type: "string", default: "90" },
    threads: { type: "string", default: "2" },
    stall: { type: "string", default: "0" },
    ms: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
  },
})
const structure = oneOf("structure", values.structure, STRUCTURES)
const whole = (name: "keys" | "reads" | "threads" | "stall" | "ms", least: number, most: number) =>
  wholeFrom(name, Number(values[name]), least, most)
const [threads, keys, reads] = [whole("threads", 1, 64), whole("keys", 1, 12_000), whole("reads", 0, 100)]
const [stallMs, ms] = [whole("stall", 0, 600_000), whole("ms", 1, 600_000)]
const { bytes: build } = (await import(pathToFileURL(values.build!).href)) as { bytes: string }
const seed = Number(values.seed)

const { memory, engine } = createLab(build, sizesFor(structure, threads), HOST)
/** The last two seats are the referee's and the staller's. */
const [referee, staller] = [engine.seatAt(threads), threads + 1]
engine.writeCell(referee, engine.rootAt(STALL_ROOT), 1)
fill(engine, referee, { structure, keys })
engine.offline(referee)
const line = new Line(threads)
const shared = { build, memory, line: line.buffer, threads }
/** When, and how many. */
const seen: [number, number][] = []
const sampling = setInterval(() => seen.push([performance.timeOrigin + performance.now(), engine.countKept()]), 1)
const stalls = stallMs > 0 ? [ended(new Worker(new URL("./staller.js", import.meta.url), stallData()))] : []
const reports = await Promise.all(Array.from({ length: threads }, (_, index) => runThread(index)))
clearInterval(sampling)
await Promise.all(stalls)

const start = Math.min(...reports.map((r) => r.startMs))
const end = Math.max(...reports.map((r) => r.endMs))
const operations = reports.map((r) => r.operations)
const total = operations.reduce((a, b) => a + b, 0)
const worst = (p: "p50" | "p99" | "p999") => Math.max(...reports.map((r) => r.latencyNs[p]))
const samples = seen.map(([, kept]) => kept)
const report: ChildReport = {
  cpuMs: ownCpuMs(),
  threads,
  calibrationNs: Math.max(...reports.map(({ calibrationNs }) => calibrationNs)),
  overlap: reports.reduce((sum, r) => sum + (r.endMs - r.startMs), 0) / (end - start),
  figures: {
    perSecond: total / ((end - start) / 1_000),
    ...fairnessFigures(operations),
    batchNs: Math.max(...reports.map((r) => r.batchNs)),
    p50: worst("p50"),
    p99: worst("p99"),
    p999: worst("p999"),
    keptPeak: Math.max(0, ...samples),
    keptMean: samples.length === 0 ? 0 : samples.reduce((a, b) => a + b, 0) / samples.length,
    full: reports.reduce((sum, r) => sum + r.full, 0) / total,
  },
  histogram: merged(reports.map(({ histogram }) => histogram)),
  series: thinned(seen.filter(([atMs]) => atMs >= start && atMs <= end).map(([atMs, kept]) => [atMs - start, kept])),
}
process.stdout.write(`${JSON.stringify(report)}\n`)

/** At most so many, and of each stretch the most: a peak is what is looked for. */
function thinned(all: readonly (readonly [number, number])[], most = 80): [number, number][] {
  const stretch = Math.max(1, Math.ceil(all.length / most))
  return Array.from({ length: Math.ceil(all.length / stretch) }, (_, i) => {
    const part = all.slice(i * stretch, (i + 1) * stretch)
    return [Math.round(10 * part[0]![0]) / 10, Math.max(...part.map(([, kept]) => kept))]
  })
}

function stallData(): { workerData: StallTask } {
  return { workerData: { ...shared, seat: staller, stallMs } }
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("exit", () => resolve())
    worker.once("error", reject)
  })
}

function runThread(index: number): Promise<LabWorkerReport> {
  const workerData: LabWorkerTask = { ...shared, index, structure, keys, reads, ms, seed }
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    worker.once("message", resolve)
    worker.once("error", reject)
    worker.once("exit", () => reject(new Error(`Thread ${index} ended without a report`)))
  })
}
