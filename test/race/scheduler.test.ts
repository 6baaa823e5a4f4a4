/** The race over schedulers: jobs that depend on each other across threads, entities closed with jobs pending, two threads of hardware. */
import { type Accounts, type EngineFactory, Heap, type HeapOptions, Scheduler, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import type { Fault } from "../faults/faults.js"
import { buildTwin } from "../faults/twin.js"
import { type Report, lostIn, mergeReports, playThread } from "./reporting.js"

const SEED = 20_261_123
const SLOTS = 8
const HARDWARE = 2
const SUBMITTERS = 3
const PROGRAM = new URL("programs/scheduler-race.mjs", import.meta.url)

interface Outcome extends Report {
  readonly accounts: Accounts
  readonly ms: number
}

interface Race extends HeapOptions {
  readonly ms: number
  readonly slow?: boolean
  readonly engineUrl?: string
}

async function race({ ms, slow = false, engineUrl, ...options }: Race): Promise<Outcome> {
  const start = performance.now()
  const factory = engineUrl ? ((await import(engineUrl)) as { instantiate: EngineFactory }).instantiate : undefined
  const heap = Heap.create({
    fences: 2_048,
    objects: 1_024,
    containers: 1_024,
    lists: 64,
    threads: 8,
    spins: 200,
    onWarning: () => {},
    ...options,
    ...(factory ? { substitute: { factory } } : {}),
  })
  const gpu = defineModule({ name: "gpu", driverName: "gpu" })
  const thread = heap.attach({ name: "main", modules: [gpu] })
  const schedulers = Array.from({ length: HARDWARE }, (_, i) =>
    Scheduler.create(thread, { name: `ring ${i}`, credits: 4 }),
  )
  const control = new Int32Array(new SharedArrayBuffer(8))
  const common = {
    control,
    slow,
    engineUrl,
    seed: SEED,
    slots: SLOTS,
    heap: heap.share(),
    schedulers: schedulers.map((scheduler) => scheduler.share()),
  }
  const starts = (role: string, n: number) =>
    Array.from({ length: n }, (_, index) => playThread(PROGRAM, { ...common, role, index } as typeof common))
  const serving = starts("hardware", HARDWARE)
  const submitting = starts("submitter", SUBMITTERS)
  const timer = setTimeout(() => Atomics.store(control, 0, 1), ms)
  const reports = await Promise.all(submitting)
  clearTimeout(timer)
  Atomics.store(control, 0, 2)
  reports.push(...(await Promise.all(serving)))
  const { counts, violations } = mergeReports(reports)
  if (violations.length === 0) {
    for (let slot = 0; slot < SLOTS; slot++) thread.replaceAt(slot, undefined)?.drop()
    for (const scheduler of schedulers) scheduler.drop()
    thread.barrier()
    thread.load(gpu).unload()
    thread.barrier()
  }
  return { counts, violations, accounts: heap.accounts(), ms: performance.now() - start }
}

describe("every job ends, and nothing is lost", () => {
  for (const engine of ["wasm", "js"] as const)
    for (const flavour of ["checked", "release"] as const)
      test(`${engine} ${flavour}`, async () => {
        const { counts, violations, accounts } = await race({ engine, flavour, slow: engine === "js", ms: 1_500 })
        expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
        expect(Object.keys(counts)).toEqual(expect.arrayContaining(["submitted", "signaled", "EIO", "ESRCH", "closed"]))
        expect(lostIn(accounts)).toBeUndefined()
      })
})

const FAULTS: readonly Fault[] = [
  {
    id: "S1",
    sentence: "a job is ended by everybody who comes to end it",
    file: "scheduler/run.ts",
    from: "  if (armed == Armed.Complete) putOff(thread, body + Body.node)\n",
    to: `  if (armed == Armed.Complete) putOff(thread, body + Body.node)
  else {
    endJob(thread, finished, 0)
    dropRef(thread, finished)
  }
`,
  },
  {
    id: "S2",
    sentence: "who closes an entity does not look for jobs that must end",
    file: "scheduler/finish.ts",
    from: "    const finished = takeDoomed(thread, scheduler)\n",
    to: "    const finished = thread ? 0 : takeDoomed(thread, scheduler)\n",
  },
  {
    id: "S3",
    sentence: "a dependency's record is given back while its fence is about to run it",
    file: "scheduler/dependencies.ts",
    from: "  if (isLinkedLocked(node)) unlinkLocked(fence, node)\n",
    to: "",
  },
]

describe("a race catches", () => {
  for (const fault of FAULTS)
    test(`${fault.id}: ${fault.sentence}`, { timeout: 60_000 }, async () => {
      const twin = await buildTwin(fault)
      try {
        const { violations, accounts, ms } = await race({
          engine: "js",
          flavour: "checked",
          slow: true,
          ms: 8_000,
          engineUrl: twin.url,
        })
        const caught = violations[0] ?? lostIn(accounts)
        expect(caught, `not caught in ${Math.round(ms)} ms, seed ${SEED}`).toBeDefined()
        console.log(`${fault.id} caught after ${Math.round(ms)} ms: ${caught}`)
      } finally {
        twin.remove()
      }
    })
})
