/**
 * Races over reservations, on real threads: walks without the lock while others add, replace and complete fences;
 * threads that take overlapping sets of reservations in any order; a holder that dies. What these races can tell is
 * shown by the broken twins of `test/faults/reservation.test.ts`.
 */
import { describe, expect, test } from "vitest"
import { BUILDS } from "../unit/world.js"
import { SEED, race } from "./reservation-race.js"

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
    const roles = ["writer", "writer", "reader", "reader"] as const
    const { counts, violations, accounts } = await race({ ...build, roles, ms: 800, slow })
    expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
    expect(accounts).toMatchObject(NOTHING_LOST)
    // Both sides of the race were seen.
    expect(Object.keys(counts)).toEqual(
      expect.arrayContaining(["walk", "walk began anew", "pending all along", "added"]),
    )
  })

  test("whoever takes several reservations in any order gets them, alone", async () => {
    const roles = ["locker", "locker", "locker", "locker"] as const
    const { counts, violations, accounts, held } = await race({ ...build, roles, ms: 500, slow })
    expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
    expect(accounts).toMatchObject(NOTHING_LOST)
    expect(held).toBe(counts["held"])
    expect(counts["back-off"]).toBeGreaterThan(0)
  })
})

test("those who sleep on the locks of a dead thread are woken, and go on", async () => {
  const roles = ["holder", "locker", "locker", "locker"] as const
  const { counts, violations, accounts, held } = await race({ roles, ms: 700 })
  expect({ violations, seed: SEED }).toEqual({ violations: [], seed: SEED })
  // Its references on the reservations are lost: they were its own to give back.
  expect(accounts).toMatchObject({ ...NOTHING_LOST, objects: { inUse: 4 }, brokenLocks: 4 })
  expect([held, held > 0]).toEqual([counts["held"], true])
})
