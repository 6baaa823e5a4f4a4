/** The race over syncobjs: points submitted, awaited, moved and replaced by six threads; modules' fences complete in any order. */
import { type Accounts, type EngineFactory, Heap, type HeapOptions, Syncobj, defineModule } from "@outlive/core"
import { CONTROL_BYTES, Crew } from "./crew.js"
import { type Report, lostIn, mergeCounts } from "./reporting.js"

export const SEED = 20_261_124
const TIMELINES = 2
const PLACES = 3
const PROGRAM = new URL("programs/syncobj-race.mjs", import.meta.url)

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
  const startMs = performance.now()
  const factory = engineUrl ? ((await import(engineUrl)) as { instantiate: EngineFactory }).instantiate : undefined
  const heap = Heap.create({
    fences: 4_096,
    containers: 2_048,
    threads: 8,
    spins: 200,
    onWarning: () => {},
    ...options,
    ...(factory ? { substitute: { factory } } : {}),
  })
  const gpu = defineModule({ name: "gpu", driverName: "gpu" })
  const thread = heap.attach({ name: "main", modules: [gpu] })
  const timelines = Array.from({ length: TIMELINES }, () => Syncobj.create(thread))
  const places = Array.from({ length: PLACES }, () => Syncobj.create(thread))
  const control = new Int32Array(new SharedArrayBuffer(CONTROL_BYTES))
  const common = {
    slow,
    engineUrl,
    seed: SEED,
    heap: heap.share(),
    timelines: timelines.map((syncobj) => syncobj.share()),
    places: places.map((syncobj) => syncobj.share()),
  }
  const crew = new Crew(control)
  const start = (role: string, index: number) => crew.start(PROGRAM, `${role}-${index}`, { ...common, role, index })
  const feeding = [start("submitter", 0), start("submitter", 1), start("swapper", 2), start("mover", 3)]
  const waiting = [start("waiter", 4), start("waiter", 5)]
  await crew.run(ms)
  const reports = await crew.finish(1, waiting)
  reports.push(...(await crew.finish(2, feeding)))
  const counts = mergeCounts(reports)
  const { violations } = crew
  if (violations.length === 0) {
    for (const syncobj of [...timelines, ...places]) syncobj.drop()
    thread.barrier()
    thread.load(gpu).unload()
    thread.barrier()
  }
  return { counts, violations, accounts: heap.accounts(), ms: performance.now() - startMs }
}

/** For a trial: what is wrong. */
export async function play(task: Race): Promise<string[]> {
  const { violations, accounts } = await race(task)
  const lost = lostIn(accounts)
  return [...violations, ...(lost ? [lost] : [])]
}
