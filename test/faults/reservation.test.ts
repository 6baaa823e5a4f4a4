/** Broken twins of the engine that the races over reservations must catch, each within ten seconds. */
import { describe, expect, test } from "vitest"
import { type Role, SEED, race } from "../race/reservation-race.js"
import type { Fault } from "./faults.js"
import { buildTwin } from "./twin.js"

const WALKS: readonly Role[] = ["writer", "writer", "reader", "reader"]
const LOCKS: readonly Role[] = ["locker", "locker", "locker", "locker"]

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
    id: "F25",
    sentence: "a list is freed without a grace period",
    roles: WALKS,
    file: "composite/reservation-list.ts",
    from: "    retire(thread, block)\n",
    to: "    give(thread, Kind.Slots, block)\n",
  },
  {
    id: "L2a",
    sentence: "nobody backs off",
    roles: LOCKS,
    file: "locks/ww-mutex.ts",
    from: "    if (mustBackOff(thread, seen)) return false\n",
    to: "",
  },
  {
    id: "L2b",
    sentence: "giving a lock back wakes one sleeper",
    roles: LOCKS,
    file: "locks/ww-mutex.ts",
    from: "  if (seen & PARKED) wake(word, EVERYONE)\n",
    to: "  if (seen & PARKED) wake(word, 1)\n",
  },
  {
    id: "L2c",
    sentence: "a lock taken with a ticket does not lock",
    roles: LOCKS,
    file: "locks/ww-mutex.ts",
    from: "    if (!lockTicketSlow(thread, word, mine)) return BACK_OFF\n",
    to: "    exchange(word, mine)\n",
  },
  {
    id: "L2d",
    sentence: "the lock of a dead thread is given back without waking anybody",
    roles: ["holder", "locker", "locker", "locker"],
    file: "fence/reclaim.ts",
    from: "  if (exchange(word, 0) & PARKED) wake(word, EVERYONE)\n",
    to: "  exchange(word, 0)\n",
  },
]

/** The race in which the twins run: the JavaScript engine, checked, slowed down access by access. */
async function raceTwin(fault: Fault | undefined, roles: readonly Role[], ms: number) {
  const built = await buildTwin(fault)
  try {
    return await race({ engine: "js", flavour: "checked", roles, ms, slow: true, engineUrl: built.url })
  } finally {
    built.remove()
  }
}

describe("a race over reservations catches", () => {
  for (const twin of TWINS)
    test(`${twin.id}: ${twin.sentence}`, { timeout: 40_000 }, async () => {
      const { violations, ms } = await raceTwin(twin, twin.roles, 10_000)
      expect(violations.length, `not caught in ${Math.round(ms)} ms, seed ${SEED}`).toBeGreaterThan(0)
      console.log(`${twin.id} caught after ${Math.round(ms)} ms: ${violations[0]}`)
    })

  test.each([WALKS, LOCKS])("nothing, when there is no fault: %s, %s, %s, %s", async (...roles) => {
    const { violations } = await raceTwin(undefined, roles, 3_000)
    expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
  })
})
