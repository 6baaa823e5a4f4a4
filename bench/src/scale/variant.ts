/**
 * A program: makes many of something, ends them, gives them back; what one of them took.
 *
 *   node dist/scale/variant.js --engine wasm --of fences --count 100000 --ms 300
 */
import { once } from "node:events"
import { parseArgs } from "node:util"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Worker } from "node:worker_threads"
import { Heap, defineModule } from "@outlive/core"
import { ENGINES, oneOf, wholeFrom } from "@outlive/workers"
import { calibrate, warmUpCalibration } from "../calibrate.js"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { progressTeller } from "../progress-line.js"
import { median } from "../statistics.js"
import { MOST, THINGS } from "./things.js"

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "wasm" },
    of: { type: "string", default: "fences" },
    count: { type: "string", default: "10000" },
    ms: { type: "string", default: "300" },
  },
})
const engine = oneOf("engine", values.engine, ENGINES)
const of = oneOf("of", values.of, THINGS)
const count = wholeFrom("count", Number(values.count), 1, MOST[of])
const ms = wholeFrom("ms", Number(values.ms), 1, 600_000)
setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

/** What one took, in nanoseconds. */
interface Taken {
  readonly makeNs: number
  readonly endNs: number
  readonly dropNs?: number
  readonly residentBytes: number
}

const fences = of === "fences" || of === "promises" ? count : 0
/** Loaded beside those that are counted: the bench's own. */
const OWN_MODULES = 1
const sizes = (many: number) => ({
  engine,
  fences: many + 256,
  callbacks: (of === "promises" ? many : 0) + 256,
  threads: of === "threads" ? count + 1 : 2,
  modules: (of === "modules" ? count : 0) + OWN_MODULES,
})
const emptyBytes = Heap.create({ ...sizes(0), threads: 2, modules: OWN_MODULES }).share().memory.buffer.byteLength
const heap = Heap.create(sizes(fences))
const sharedBytes = Math.max(0, heap.share().memory.buffer.byteLength - emptyBytes) / count
const thread = heap.attach({ name: "bench" })
const timeline = thread.load(defineModule({ name: "bench", driverName: "bench" })).timeline("scale")

warmUpCalibration()
const before = calibrate()
const passes: Taken[] = []
// At least twice: the first is before the compilers are done, and touches memory for the first time.
const until = performance.now() + ms
const isEnough = () => of === "threads" || (passes.length >= 3 && performance.now() > until)
do passes.push(await pass())
while (!isEnough())

const warm = passes.length > 1 ? passes.slice(1) : passes
const figure = (name: keyof Taken) => median(warm.map((taken) => taken[name] ?? Number.NaN))
const report: ChildReport = {
  cpuMs: ownCpuMs(),
  overlap: 1,
  threads: 1,
  calibrationNs: Math.max(before, calibrate()),
  figures: {
    makeNs: figure("makeNs"),
    endNs: figure("endNs"),
    ...(of === "fences" ? { dropNs: figure("dropNs") } : {}),
    // Memory grows by 64 KiB: for a few seats it does not.
    ...(of === "threads" ? {} : { sharedBytes }),
    residentBytes: passes[0]!.residentBytes,
    passes: warm.length,
  },
}
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())

function pass(): Promise<Taken> | Taken {
  return { fences: fencesPass, promises: promisesPass, threads: threadsPass, modules: modulesPass }[of]()
}

function fencesPass(): Taken {
  const resident = residentBytes()
  const start = performance.now()
  const all = Array.from({ length: count }, () => timeline.fence())
  const made = performance.now()
  const grown = residentBytes() - resident
  const [from, signaled] = timed(() => all.forEach((fence) => fence.signal()))
  const [, dropped] = timed(() => all.forEach((fence) => fence.drop()))
  thread.barrier()
  return {
    makeNs: each(made - start),
    endNs: each(signaled - from),
    dropNs: each(dropped - signaled),
    residentBytes: grown / count,
  }
}

async function promisesPass(): Promise<Taken> {
  const all = Array.from({ length: count }, () => timeline.fence())
  const resident = residentBytes()
  const start = performance.now()
  const promises = all.map((fence) => fence.wait())
  const made = performance.now()
  const grown = residentBytes() - resident
  const from = performance.now()
  for (const fence of all) fence.signal()
  await Promise.all(promises)
  const settled = performance.now()
  for (const fence of all) fence.drop()
  thread.barrier()
  return { makeNs: each(made - start), endNs: each(settled - from), residentBytes: grown / count }
}

async function threadsPass(): Promise<Taken> {
  const resident = residentBytes()
  const start = performance.now()
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL("./attached.js", import.meta.url), { workerData: heap.share() }),
  )
  // Many take longer to start than a silent process is waited for.
  const tell = progressTeller()
  let started = 0
  await Promise.all(
    workers.map((worker) => once(worker, "message").then(() => tell(++started, "threads have started"))),
  )
  const attached = performance.now()
  const grown = residentBytes() - resident
  const [from, ended] = timed(() => thread.barrier())
  for (const worker of workers) worker.postMessage("go")
  await Promise.all(workers.map((worker) => once(worker, "exit")))
  return { makeNs: each(attached - start), endNs: 1e6 * (ended - from), residentBytes: grown / count }
}

function modulesPass(): Taken {
  const definitions = Array.from({ length: count }, (_, i) => defineModule({ name: `module-${i}`, driverName: "many" }))
  const resident = residentBytes()
  const start = performance.now()
  const all = definitions.map((definition) => thread.load(definition))
  const made = performance.now()
  const grown = residentBytes() - resident
  const [from, ended] = timed(() => all.forEach((module) => module.unload()))
  return { makeNs: each(made - start), endNs: each(ended - from), residentBytes: grown / count }
}

function each(took: number): number {
  return (1e6 * took) / count
}

function timed(body: () => void): readonly [from: number, to: number] {
  const from = performance.now()
  body()
  return [from, performance.now()]
}

function residentBytes(): number {
  collectGarbage()
  return process.memoryUsage().rss
}
