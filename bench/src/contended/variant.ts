/**
 * A contended run of a program, in a process of its own, and its figures.
 *
 *   node dist/contended/variant.js --program issue --fence-lock inline --threads 2 --ms 300
 */
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { Worker } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { adoptBuild } from "@outlive/core/engine-js"
import { dealt, findProgram } from "@outlive/programs"
import {
  FENCE_LOCKS,
  LOCKS,
  Ledger,
  NOBODY,
  heapFor,
  issuer,
  leaksIn,
  oneOf,
  placeOn,
  wholeFrom,
} from "@outlive/workers"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { merged } from "./buckets.js"
import { Line } from "./line.js"
import { aloneFigures, fairnessFigures } from "./figures.js"
import type { SectionLoad, WorkerReport, WorkerTask } from "./workload.js"

const { values } = parseArgs({
  options: {
    program: { type: "string", default: "issue" },
    "fence-lock": { type: "string", default: "inline" },
    /** Whether a lock that fences share is counted, as where they are independent of their module, or would go with it. */
    "shared-locks": { type: "string", default: "counted" },
    lock: { type: "string", default: "spin" },
    build: { type: "string" },
    foreign: { type: "string" },
    threads: { type: "string", default: "2" },
    ms: { type: "string", default: "300" },
    /** Of `counter` only: rounds of work under the lock, and between. */
    section: { type: "string" },
    outside: { type: "string", default: "0" },
    rate: { type: "string", default: "0" },
    apart: { type: "string", default: "16" },
  },
})
const program = await findProgram(values.program)
const fenceLock = oneOf("fence-lock", values["fence-lock"], FENCE_LOCKS)
const locks = oneOf("shared-locks", values["shared-locks"], ["counted", "dangle"])
const lock = oneOf("lock", values.lock, LOCKS)
const threads = wholeFrom("threads", Number(values.threads), 1, 64)
const ms = wholeFrom("ms", Number(values.ms), 1, 600_000)
const rounds = (name: "section" | "outside" | "rate") => wholeFrom(name, Number(values[name]), 0, 10_000_000)
const load: SectionLoad | undefined =
  values.section === undefined
    ? undefined
    : {
        section: rounds("section"),
        outside: rounds("outside"),
        rate: rounds("rate"),
        apart: wholeFrom("apart", Number(values.apart), 1, 1_000_000),
      }
const parts = dealt(program, threads)

if (values.build !== undefined) {
  const { bytes } = (await import(pathToFileURL(values.build).href)) as { bytes: string }
  adoptBuild("release", bytes)
}
const heap = Heap.create({
  ...heapFor(program, threads),
  fences: 32_768 * threads,
  threads: threads + 1,
  lifetime: { ops: "detach", names: "always", ask: "locked", unload: "grace", pins: "keepers", locks },
  fenceLock,
  lock,
})
const referee = heap.attach({ name: "referee" })
const module = referee.load(issuer)
const timeline = module.timeline("shared")
const place = placeOn({ heap, thread: referee, timeline: timeline.address, index: NOBODY })
const state: unknown = program.prepare?.(place, threads)

referee.engine.offline(referee.record)
const line = new Line(threads)
const ledger = new Ledger(threads)
const reports = await Promise.all(Array.from({ length: threads }, (_, index) => runThread(index)))
// A lock that loses an addition is no lock: its figures would mean nothing.
program.check?.(
  place,
  state,
  parts.map(({ name }, i) => ledger.endOf(i, name)),
)
const besides = await figuresOf(values.program)
checkAccounts()

const start = Math.min(...reports.map((r) => r.startMs))
const end = Math.max(...reports.map((r) => r.endMs))
// Who follows does its share of what the others count.
const counted = parts.map(({ follows }) => !program.inStep || !follows)
const operations = reports.map((r) => r.operations)
const worst = (p: keyof WorkerReport["latencyNs"]) => Math.max(...reports.map((r) => r.latencyNs[p]))
const overlap = reports.reduce((sum, r) => sum + (r.endMs - r.startMs), 0) / (end - start)
const report: ChildReport = {
  cpuMs: ownCpuMs(),
  threads,
  calibrationNs: Math.max(...reports.map(({ calibrationNs }) => calibrationNs)),
  overlap,
  figures: {
    perSecond: operations.filter((_, i) => counted[i]).reduce((a, b) => a + b, 0) / ((end - start) / 1_000),
    ...fairnessFigures(operations),
    batchNs: Math.max(...reports.map((r) => r.batchNs)),
    p50: worst("p50"),
    p99: worst("p99"),
    p999: worst("p999"),
    max: worst("max"),
    elapsedMs: end - start,
    ...besides,
    ...(load ? { ...aloneFigures(reports, end - start), overlap } : {}),
  },
  histogram: merged(reports.map(({ histogram }) => histogram)),
}
process.stdout.write(`${JSON.stringify(report)}\n`)

function runThread(index: number): Promise<WorkerReport> {
  const shared = { heap: heap.share(), line: line.buffer, ledger: ledger.buffer, timeline: timeline.address, state }
  const asked = { ...(values.foreign === undefined ? {} : { foreign: values.foreign }), ...(load ? { load } : {}) }
  const workerData: WorkerTask = { ...shared, ...asked, program: values.program, threads, index, ms }
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    worker.once("message", resolve)
    worker.once("error", reject)
    worker.once("exit", () => reject(new Error(`Contender ${index} ended without a report`)))
  })
}

/** What a program from elsewhere tells of itself, beside how fast it is. */
async function figuresOf(nameOrUrl: string): Promise<Record<string, number>> {
  if (!nameOrUrl.startsWith("file:")) return {}
  const told = (await import(nameOrUrl)) as { readonly figures?: (at: typeof place) => Record<string, number> }
  return told.figures?.(place) ?? {}
}

/** A run that loses fences has not done its work. */
function checkAccounts(): void {
  program.close?.(place, state)
  timeline.close()
  module.unload()
  referee.barrier()
  const leaks = leaksIn(heap.accounts())
  if (leaks.length > 0) throw new Error(`The accounts do not balance: ${leaks.join("; ")}`)
}
