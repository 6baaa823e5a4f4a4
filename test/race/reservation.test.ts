/**
 * Races over reservations, on real threads: walks without the lock while others add, replace and complete fences; and
 * threads that take overlapping sets of reservations in any order. Each detector has broken twins that it must catch.
 */
import { Worker } from "node:worker_threads"
import { Heap, type HeapOptions, Reservation, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import type { Fault } from "../faults/faults.js"
import { buildTwin } from "../faults/twin.js"
import { BUILDS } from "../unit/world.js"

const SEED = 20_250_612
const RESERVATIONS = 4
const PROGRAM = new URL("programs/reservation-race.mjs", import.meta.url)
/** A thread that does nothing for so long is stuck: its operations take microseconds. */
const STUCK_MS = 2_500

type Role = "reader" | "writer" | "locker"
const WALKS: readonly Role[] = ["writer", "writer", "reader", "reader"]
const LOCKS: readonly Role[] = ["locker", "locker", "locker", "locker"]

interface Race extends HeapOptions {
  readonly roles: readonly Role[]
  readonly ms: number
  readonly slow?: boolean
  readonly engineUrl?: string
}

interface Report {
  readonly role: Role
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly string[]
}

/** Runs the threads for a while, or until one of them objects; what they counted, and what was wrong. */
async function race({ roles, ms, slow = false, engineUrl, ...options }: Race) {
  const heap = Heap.create({ fences: 1_024, lists: 256, threads: roles.length + 1, spins: 50, ...options })
  const mock = defineModule({ name: "mock", driverName: "mock" })
  const thread = heap.attach({ name: "main", modules: [mock] })
  const module = thread.load(mock)
  const reservations = Array.from({ length: RESERVATIONS }, () => Reservation.create(thread))
  const timelines = roles.flatMap((role, i) =>
    role === "writer" ? [reservations.map((_, r) => module.timeline(`writer-${i}-${r}`))] : [],
  )
  const control = new Int32Array(new SharedArrayBuffer(4 * (1 + roles.length)))
  const board = new Int32Array(new SharedArrayBuffer(8 * RESERVATIONS))
  const workers = roles.map((role, index) => {
    const workerData = {
      role,
      index,
      seed: SEED,
      control,
      board,
      slow,
      engineUrl,
      heap: heap.share(),
      tokens: reservations.map((reservation) => reservation.share()),
      writers: timelines.map((of) => of.map((timeline) => String(timeline.context))),
    }
    return new Worker(PROGRAM, { workerData })
  })
  const reports: Report[] = []
  const violations: string[] = []
  const exits = workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)))
  workers.forEach((worker, i) => {
    worker.on("message", (report: Report) => {
      reports.push(report)
      violations.push(...report.violations)
      if (report.violations.length > 0) Atomics.store(control, 0, 1)
    })
    worker.on("error", (error) => void violations.push(`${roles[i]} ${i} died: ${error.message}`))
  })
  const start = performance.now()
  const stuck = await watch({ control, roles, ms, isOver: () => violations.length > 0 || reports.length > 0 })
  violations.push(...stuck)
  if (stuck.length > 0) for (const worker of workers) void worker.terminate()
  await Promise.all(exits)
  const counts: Record<string, number> = {}
  for (const report of reports)
    for (const [what, n] of Object.entries(report.counts)) counts[what] = (counts[what] ?? 0) + n
  if (violations.length === 0) {
    for (const reservation of reservations) reservation.drop()
    for (const timeline of timelines.flat()) timeline.close()
    module.unload()
    thread.barrier()
  }
  const held = reservations.reduce((sum, _, r) => sum + board[2 * r + 1]!, 0)
  return { counts, violations, held, accounts: heap.accounts(), ms: performance.now() - start }
}

/** Waits for the end of the time, then for the threads to have stopped; names those that are stuck. */
async function watch(parts: {
  readonly control: Int32Array
  readonly roles: readonly Role[]
  readonly ms: number
  isOver(): boolean
}): Promise<string[]> {
  const { control, roles, ms, isOver } = parts
  const start = performance.now()
  const last = roles.map(() => ({ at: performance.now(), operations: -1 }))
  while (performance.now() - start < ms && !isOver()) {
    await new Promise((resolve) => setTimeout(resolve, 25))
    const stuck = last.flatMap((seen, i) => {
      const operations = Atomics.load(control, 1 + i)
      if (operations !== seen.operations) {
        last[i] = { at: performance.now(), operations }
        return []
      }
      return operations > 0 && performance.now() - seen.at > STUCK_MS
        ? [`${roles[i]} ${i} is stuck after ${operations} operations`]
        : []
    })
    if (stuck.length > 0) return stuck
  }
  Atomics.store(control, 0, 1)
  return []
}

const NOTHING_LOST = {
  balanced: true,
  fences: { inUse: 0 },
  callbacks: { inUse: 0 },
  lists: { inUse: 0 },
  objects: { inUse: 0 },
  timelines: { inUse: 0 },
  brokenLocks: 0,
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  const slow = build.engine === "js" && build.flavour === "checked"

  test("walks see what is pending, while others add, replace and complete", async () => {
    const { counts, violations, accounts } = await race({ ...build, roles: WALKS, ms: 700, slow })
    expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
    expect(accounts).toMatchObject(NOTHING_LOST)
    // Both sides of the race were seen.
    expect(Object.keys(counts)).toEqual(
      expect.arrayContaining(["walk", "walk began anew", "pending all along", "added"]),
    )
  })

  test("whoever takes several reservations in any order gets them, alone", async () => {
    const { counts, violations, accounts, held } = await race({ ...build, roles: LOCKS, ms: 500, slow })
    expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
    expect(accounts).toMatchObject(NOTHING_LOST)
    // Counted plainly by the holders, and by each thread for itself.
    expect(held).toBe(counts["held"])
    expect(counts["back-off"]).toBeGreaterThan(0)
  })
})

const TWINS: readonly (Fault & { readonly roles: readonly Role[] })[] = [
  {
    id: "F21",
    sentence: "the count rises before the slot has its fence",
    roles: WALKS,
    file: "composite/reservation.ts",
    from: `  store(slotOf(blockOf(block, count), count), fence | usage)
  store(list + Slots.count, count + 1)
`,
    to: `  store(list + Slots.count, count + 1)
  store(slotOf(blockOf(block, count), count), fence | usage)
`,
  },
  {
    id: "I14",
    sentence: "a walk does not look whether the list has become another",
    roles: WALKS,
    file: "composite/reservation-walk.ts",
    from: "    if (!stale && load(reservation + Reservation.list) == list) break\n",
    to: "    if (!stale) break\n",
    also: [
      {
        file: "composite/reservation-walk.ts",
        from: "load(reservation + Reservation.list) != list || lifeOf(list) != generation\n",
        to: "generation == 0\n",
      },
    ],
  },
  {
    id: "W1",
    sentence: "nobody backs off",
    roles: LOCKS,
    file: "locks/ww-mutex.ts",
    from: "    if (mustBackOff(thread, seen)) return false\n",
    to: "",
  },
  {
    id: "W2",
    sentence: "giving a lock back wakes one sleeper",
    roles: LOCKS,
    file: "locks/ww-mutex.ts",
    from: "  if (seen & PARKED) wake(word, EVERYONE)\n",
    to: "  if (seen & PARKED) wake(word, 1)\n",
  },
  {
    id: "W3",
    sentence: "a lock taken with a ticket does not lock",
    roles: LOCKS,
    file: "locks/ww-mutex.ts",
    from: "    if (!lockTicketSlow(thread, word, mine)) return BACK_OFF\n",
    to: "    exchange(word, mine)\n",
  },
]

describe("a race catches", () => {
  for (const twin of TWINS)
    test(`${twin.id}: ${twin.sentence}`, { timeout: 40_000 }, async () => {
      const built = await buildTwin(twin)
      try {
        const { violations, ms } = await race({
          engine: "js",
          flavour: "checked",
          roles: twin.roles,
          ms: 10_000,
          slow: true,
          engineUrl: built.url,
        })
        expect(violations.length, `not caught in ${Math.round(ms)} ms, seed ${SEED}`).toBeGreaterThan(0)
        console.log(`${twin.id} caught after ${Math.round(ms)} ms: ${violations[0]}`)
      } finally {
        built.remove()
      }
    })
})
