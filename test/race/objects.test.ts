/**
 * The races over shared objects, on real threads. What they can tell is shown by the broken twins of `test/faults`.
 */
import { runRace } from "@outlive/workers"
import { describe, expect, test } from "vitest"
import { FOR_CI, forCiUnless, PROVES } from "../prove.js"
import { BUILDS } from "../unit/world.js"
import { expectAllSeen, expectClean } from "./clean.js"

const SEED = 20_250_612

/** In `npm test` the two that have least in common. */
const RACED = BUILDS.filter(({ engine, flavour }) => PROVES || (engine === "wasm") === (flavour === "release"))

for (const build of RACED)
  describe(`${build.engine} ${build.flavour}`, forCiUnless(build.engine === "wasm"), () => {
    const perturbation = build.engine === "js"
    const settings = { ...build, perturbation, seed: SEED, operations: perturbation ? 15_000 : 100_000 }

    test("walks see what is pending, while others add, replace and complete", async () => {
      await expectAllSeen({ ...settings, scenario: "reservations", roles: { writer: 2, reader: 2 } })
    })

    test("whoever takes several reservations in any order gets them, alone", async () => {
      const roles = { locker: 4 }
      const { counts } = await expectClean({ ...settings, scenario: "reservations", roles, operations: 12_000 })
      expect(counts["locker: back-off"]).toBeGreaterThan(0)
    })

    test("every job ends, and nothing is lost", async () => {
      await expectAllSeen({ ...settings, scenario: "schedulers", threads: 5 })
    })

    test("every wait for a syncobj ends when it should, and nothing is lost", async () => {
      await expectAllSeen({ ...settings, scenario: "syncobjs" })
    })

    test("whatever threads do beside each other answers, and gives everything back", async () => {
      await expectAllSeen({ ...settings, scenario: "mixed", threads: 4, operations: perturbation ? 3_000 : 10_000 })
    })
  })

test("those who sleep on the locks of a dead thread are woken, and go on", async () => {
  const roles = { holder: 1, locker: 3 }
  const { violations, deaths, leaks, lost, accounts, unseen } = await runRace({
    scenario: "reservations",
    roles,
    operations: 10_000,
    seconds: 60,
    seed: SEED,
  })
  // Its references on the reservations are lost: they were its own to give back.
  const none = { violations: [], deaths: [], leaks: [] }
  expect({ violations, deaths, leaks, lost, seed: SEED }).toEqual({
    ...none,
    lost: ["4 objects were not given back", 'thread "holder-3" died holding 8 references on shared objects'],
    seed: SEED,
  })
  expect(accounts).toMatchObject({ balanced: true, brokenLocks: 4 })
  expect(unseen).toEqual([])
})

test.each(["wasm", "js"] as const)(
  "who sleeps on the lock that a dead thread was woken for gets it: %s",
  FOR_CI,
  async (engine) => {
    const result = await runRace({ scenario: "sleepers", threads: 2, engine, seconds: 30, seed: SEED })
    expect(result).toMatchObject({ violations: [], deaths: [], unseen: [], passed: true })
  },
)
