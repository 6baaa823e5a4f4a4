/** The race over schedulers: jobs that depend on each other across threads, entities moved and closed with jobs pending, resets, two threads of hardware. */
import { type Accounts, type EngineFactory, Heap, type HeapOptions, Scheduler, defineModule } from "@outlive/core"
import { CONTROL_BYTES, Crew } from "./crew.js"
import { type Report, lostIn, mergeCounts } from "./reporting.js"

export const SEED = 20_261_123
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

export async function race({ ms, slow = false, engineUrl, ...options }: Race): Promise<Outcome> {
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
    Scheduler.create(thread, { name: `ring ${i}`, credits: 4, policy: i === 0 ? "strict" : "fair" }),
  )
  // An entity that moves, and one whose scheduler is closed: address and generation of each.
  const places = new Int32Array(new SharedArrayBuffer(16))
  const control = new Int32Array(new SharedArrayBuffer(CONTROL_BYTES))
  const common = {
    slow,
    engineUrl,
    seed: SEED,
    slots: SLOTS,
    places,
    heap: heap.share(),
    schedulers: schedulers.map((scheduler) => scheduler.share()),
  }
  const crew = new Crew(control)
  const starts = (role: string, n: number) =>
    Array.from({ length: n }, (_, index) => crew.start(PROGRAM, `${role}-${index}`, { ...common, role, index }))
  const serving = starts("hardware", HARDWARE)
  const submitting = [...starts("submitter", SUBMITTERS), ...starts("mover", 1)]
  await crew.run(ms)
  const reports = await crew.finish(1, submitting)
  reports.push(...(await crew.finish(2, serving)))
  const counts = mergeCounts(reports)
  const { violations } = crew
  if (violations.length === 0) {
    for (let slot = 0; slot < SLOTS; slot++) thread.replaceAt(slot, undefined)?.drop()
    for (const scheduler of schedulers) scheduler.drop()
    thread.barrier()
    thread.load(gpu).unload()
    thread.barrier()
  }
  return { counts, violations, accounts: heap.accounts(), ms: performance.now() - start }
}

/** For a trial: what is wrong. */
export async function play(task: Race): Promise<string[]> {
  const { violations, accounts } = await race(task)
  const lost = lostIn(accounts)
  return [...violations, ...(lost ? [lost] : [])]
}
