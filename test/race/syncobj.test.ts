/** The race over syncobjs: points submitted, awaited, moved and replaced by six threads; modules' fences complete in any order. */
import { type Accounts, type EngineFactory, Heap, type HeapOptions, Syncobj, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import type { Fault } from "../faults/faults.js"
import { SYNCOBJ_FAULTS } from "../faults/syncobj-faults.js"
import { buildTwin } from "../faults/twin.js"
import { type Report, lostIn, mergeReports, playThread } from "./reporting.js"

const SEED = 20_261_124
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

async function race({ ms, slow = false, engineUrl, ...options }: Race): Promise<Outcome> {
  const start = performance.now()
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
  const control = new Int32Array(new SharedArrayBuffer(4))
  const common = {
    control,
    slow,
    engineUrl,
    seed: SEED,
    heap: heap.share(),
    timelines: timelines.map((syncobj) => syncobj.share()),
    places: places.map((syncobj) => syncobj.share()),
  }
  const play = (role: string, index: number) => playThread(PROGRAM, { ...common, role, index } as typeof common)
  const feeding = [play("submitter", 0), play("submitter", 1), play("swapper", 2), play("mover", 3)]
  const waiting = [play("waiter", 4), play("waiter", 5)]
  const timer = setTimeout(() => Atomics.store(control, 0, 1), ms)
  const reports = await Promise.all(waiting)
  clearTimeout(timer)
  Atomics.store(control, 0, 2)
  const { counts, violations } = mergeReports([...reports, ...(await Promise.all(feeding))])
  if (violations.length === 0) {
    for (const syncobj of [...timelines, ...places]) syncobj.drop()
    thread.barrier()
    thread.load(gpu).unload()
    thread.barrier()
  }
  return { counts, violations, accounts: heap.accounts(), ms: performance.now() - start }
}

describe("every wait ends when it should, and nothing is lost", () => {
  for (const engine of ["wasm", "js"] as const)
    for (const flavour of ["checked", "release"] as const)
      test(`${engine} ${flavour}`, async () => {
        const { counts, violations, accounts } = await race({ engine, flavour, slow: engine === "js", ms: 1_500 })
        expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
        expect(Object.keys(counts)).toEqual(
          expect.arrayContaining(["submitted", "replaced", "moved", "nothing there", "slept", "awaited"]),
        )
        expect(lostIn(accounts)).toBeUndefined()
      })
})

const FAULTS: readonly Fault[] = [
  ...SYNCOBJ_FAULTS,
  {
    id: "Y2",
    sentence: "a place forgets the reference on what was in it",
    file: "composite/syncobj.ts",
    from: "  if (before != Address.None) dropRef(thread, before)\n",
    to: "",
  },
  {
    id: "Y3",
    sentence: "a point is put on top of what is there without the lock",
    file: "composite/syncobj.ts",
    from: "  addRef(fence)\n  lock(thread, syncobj + SharedObject.lock)\n  // The link",
    to: "  addRef(fence)\n  // The link",
    also: [
      {
        file: "composite/syncobj.ts",
        from: "    putFenceLocked(thread, syncobj, chain)\n  }\n  unlock(thread, syncobj + SharedObject.lock)\n",
        to: "    putFenceLocked(thread, syncobj, chain)\n  }\n",
      },
    ],
  },
]

describe("a race catches", () => {
  for (const fault of FAULTS)
    test(`${fault.id}: ${fault.sentence}`, { timeout: 60_000 }, async () => {
      const twin = await buildTwin(fault)
      try {
        const options = { engine: "js", flavour: "checked", slow: true, ms: 8_000, engineUrl: twin.url } as const
        const { violations, accounts, ms } = await race(options)
        const caught = violations[0] ?? lostIn(accounts)
        expect(caught, `not caught in ${Math.round(ms)} ms, seed ${SEED}`).toBeDefined()
        console.log(`${fault.id} caught after ${Math.round(ms)} ms: ${caught}`)
      } finally {
        twin.remove()
      }
    })
})
