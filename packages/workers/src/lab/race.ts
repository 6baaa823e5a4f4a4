/**
 * A race over the structures of the lab, under a scheme: threads put in and take out at random, and afterwards all must add up.
 * What went wrong is told in words; a race that does not end in time is ended, and that is wrong, too.
 */
import { Worker } from "node:worker_threads"
import { type LabEngine, createLab, impatientAtomics, openLab } from "@outlive/core/engine-js"
import { StartLine } from "../start-line.js"
import { buildFrom } from "./build.js"
import { BUCKETS, LARGEST_KEY, type LabReport, type LabTask, ROOTS, ROOT_COUNT } from "./task.js"

export interface LabRaceOptions {
  /** A build of the lab: `buildLab`. */
  readonly engineUrl: string
  readonly threads?: number
  /** Of each thread. Default 2,000. */
  readonly operations?: number
  readonly seed?: number
  /** Delays at single accesses, in a JavaScript build. Default true. */
  readonly perturbed?: boolean
  /** Free nodes; few are used anew soon. Default 2,000. */
  readonly nodes?: number
  readonly batch?: number
  readonly eraEvery?: number
  readonly mostMs?: number
}

export interface LabRaceResult {
  readonly violations: readonly string[]
  readonly operations: number
  /** Retired nodes that had not been given back when all was over and had been collected. */
  readonly kept: number
}

/** More than it takes to look through everything, with a scan of all that was retired after each. */
const ACCESSES_PER_NODE = 1_000

export async function runLabRace(options: LabRaceOptions): Promise<LabRaceResult> {
  const { engineUrl, threads = 3, operations = 2_000, seed = 1, perturbed = true, mostMs = 20_000 } = options
  const { nodes = 2_000, batch = 8, eraEvery = 8 } = options
  const sizes = { threads, roots: ROOT_COUNT, nodes, batch, magazine: 16, eraEvery, buckets: BUCKETS }
  const build = await buildFrom(engineUrl)
  const over: string[] = []
  const host = { oops: (code: number) => void over.push(`oops ${code} after the race`), turn: () => {} }
  const { memory, engine } = createLab(build, sizes, host)
  const first = engine.seatAt(0)
  engine.createQueue(first, engine.rootAt(ROOTS.queue))
  engine.createTree(first, engine.rootAt(ROOTS.tree))
  const shared = new SharedArrayBuffer(4 * (StartLine.WORDS + 1 + threads * (operations + 1)))
  const tasks = Array.from({ length: threads }, (_, index): LabTask => {
    return { memory, shared, engineUrl, sizes, index, operations, seed, perturbed }
  })
  const reports = await runAll(tasks, mostMs)
  const violations = [...over, ...reports.flatMap((report) => report.violations)]
  const total = reports.reduce((sum, report) => sum + report.operations, 0)
  if (reports.length < threads) violations.push(`${threads - reports.length} of ${threads} threads did not end`)
  if (violations.length > 0) return { violations, operations: total, kept: engine.countKept() }
  try {
    const judge = openLab(build, memory, host, impatientAtomics({ accesses: ACCESSES_PER_NODE * nodes }))
    violations.push(...imbalances(reports, drain(judge, 2 * nodes)), ...wrongSets(judge, reports))
  } catch (error) {
    violations.push((error as Error).message)
  }
  for (let round = 0; round < 4; round++)
    for (let i = 0; i < threads; i++) {
      engine.collect(engine.seatAt(i))
      engine.offline(engine.seatAt(i))
    }
  return { violations: [...violations, ...over], operations: total, kept: engine.countKept() }
}

/** The reports of those that have come to an end. */
async function runAll(tasks: readonly LabTask[], mostMs: number): Promise<LabReport[]> {
  const workers = tasks.map((workerData) => new Worker(new URL("./role.js", import.meta.url), { workerData }))
  const reports: LabReport[] = []
  const ends = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.once("message", (report: LabReport) => (reports.push(report), resolve()))
        worker.once("error", reject)
      }),
  )
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, mostMs)
  })
  try {
    await Promise.race([Promise.all(ends), late])
  } finally {
    clearTimeout(timer)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return reports
}

/** How many values are left in stack and queue; no more than this. */
function drain(engine: LabEngine, most: number): number {
  const seat = engine.seatAt(0)
  let left = 0
  while (left <= most && engine.pop(seat, engine.rootAt(ROOTS.stack)) !== 0) left++
  while (left <= most && engine.dequeue(seat, engine.rootAt(ROOTS.queue)) !== 0) left++
  return left
}

function imbalances(reports: readonly LabReport[], left: number): string[] {
  const putIn = reports.reduce((sum, report) => sum + report.putIn, 0)
  const takenOut = reports.reduce((sum, report) => sum + report.takenOut, 0)
  return putIn === takenOut + left ? [] : [`${putIn} values were put in, ${takenOut} taken out, and ${left} are left`]
}

function wrongSets(engine: LabEngine, reports: readonly LabReport[]): string[] {
  const seat = engine.seatAt(0)
  const sets = [
    ["list", (key: number) => engine.contains(seat, engine.rootAt(ROOTS.list), key)],
    ["hash", (key: number) => engine.containsHash(seat, engine.rootAt(ROOTS.hash), key)],
    ["tree", (key: number) => engine.containsTree(seat, engine.rootAt(ROOTS.tree), key)],
  ] as const
  return sets.flatMap(([name, contains], i) =>
    Array.from({ length: LARGEST_KEY }, (_, k) => k + 1).flatMap((key) => {
      const expected = reports.reduce((sum, report) => sum + report.tallies[i]![key]!, 0)
      const found = contains(key)
      return found === expected
        ? []
        : [`${name}: key ${key} was put in ${expected} times more than taken out; found ${found}`]
    }),
  )
}
