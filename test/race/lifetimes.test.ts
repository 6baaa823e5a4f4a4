/** The race, on every kind of heap: independent fences survive, issuer-bound ones crash. */
import { ThreadPool, runRace } from "@outlive/workers"
import { afterAll, describe, expect, test } from "vitest"
import { FOR_CI, forCiUnless, PROVES } from "../prove.js"
import { expectAllSeen, expectClean } from "./clean.js"

const SEED = 41
/** All with as many threads: starting them takes longer than some of the races. */
const pool = new ThreadPool()
afterAll(() => pool.close())

/** Each build once, and each of the ways; `npm run prove` has all of them in every build. */
const isChosen = (engine: string, flavour: string, perturbation: boolean, fenceLock: string) =>
  PROVES ||
  (((engine === "js") === (flavour === "checked") ? perturbation : !perturbation) &&
    (fenceLock === "inline") === (engine === "js"))

describe("independent: no claim is violated and the accounts balance", () => {
  for (const engine of ["wasm", "js"] as const)
    for (const flavour of ["checked", "release"] as const)
      for (const perturbation of [false, true])
        for (const fenceLock of ["inline", "external"] as const)
          test.runIf(isChosen(engine, flavour, perturbation, fenceLock))(
            `${engine} ${flavour}${perturbation ? " perturbed" : ""} ${fenceLock}`,
            forCiUnless((engine === "js") === (flavour === "checked")),
            async () => {
              const lock = perturbation ? "mutex" : "spin"
              const operations = (perturbation ? 20_000 : 120_000) / (PROVES ? 1 : 2)
              const settings = { engine, flavour, perturbation, fenceLock, lock, operations, seed: SEED } as const
              await expectAllSeen(settings, { pool })
            },
          )
})

for (const fenceLock of ["inline", "external"] as const) {
  const options = forCiUnless(fenceLock === "inline")

  test(`pinned: no crash, and no module goes before its fences: ${fenceLock}`, options, async () => {
    const settings = { lifetime: "pinned", fenceLock, perturbation: true, engine: "js" } as const
    await expectClean({ ...settings, operations: 20_000, seed: SEED }, { pool })
  })

  test(`names-only: names are safe, and the last drop is not: ${fenceLock}`, options, async () => {
    const settings = { lifetime: "names-only", fenceLock, perturbation: true, engine: "js" } as const
    const result = await runRace({ ...settings, operations: 20_000, seconds: 60, seed: SEED }, { pool })
    expect(result).toMatchObject({ violations: [], deaths: [] })
    expect(result.oopsesByCode["DEAD_TEXT"] ?? 0).toBeGreaterThan(0)
    expect(result.oopsesByCode).not.toHaveProperty("TORN_NAME")
    expect(result.oopsesByCode).not.toHaveProperty("DEAD_TIMELINE")
  })
}

describe("unlocked: the issuer is asked of fences that are signaled", FOR_CI, () => {
  // The race ends with the first that is seen, after 2,000 operations in the mean. The busier the machine, the longer each thread runs
  // alone, and the more operations find nothing: so nobody takes part but who issues, signals and asks.
  test("within 60,000 operations", async () => {
    const given = {
      lifetime: "unlocked",
      perturbation: true,
      engine: "js",
      roles: { signaler: 2, waiter: 2, subscriber: 2 },
      operations: 60_000,
      seconds: 60,
      seed: SEED,
    } as const
    const { violations, operations, counts } = await runRace(given, { pool })
    const told = violations.map(({ message }) => message).join()
    expect(told, JSON.stringify({ operations, counts })).toContain("(I11)")
  })
})

describe("issuer-bound: the old crash", () => {
  // Each flavour with each kind of lock; more of them in `npm run prove`.
  for (const seed of PROVES ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [1, 2, 3, 6])
    test(`seed ${seed}`, forCiUnless(seed === 1 || seed === 2), async () => {
      const given = {
        lifetime: "issuer-bound",
        operations: PROVES ? 60_000 : 30_000,
        seconds: 60,
        seed,
        flavour: seed % 2 ? "checked" : "release",
        fenceLock: seed % 3 ? "inline" : "external",
      } as const
      const result = await runRace(given, { pool })
      expect(result.oopses, `oopses with seed ${seed}`).toBeGreaterThan(0)
      expect(result).toMatchObject({ violations: [], deaths: [] })
      expect(result.story?.story.at(-1)).toContain("OOPS")
    })
})
