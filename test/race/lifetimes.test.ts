/** The race, on every kind of heap: independent fences survive, issuer-bound ones crash. */
import { DEFAULTS, runRace } from "@outlive/workers"
import { describe, expect, test } from "vitest"

const SEED = 41

describe("independent: no claim is violated and the accounts balance", () => {
  for (const engine of ["wasm", "js"] as const)
    for (const flavour of ["checked", "release"] as const)
      for (const perturbation of [false, true])
        for (const fenceLock of ["inline", "external"] as const)
          test(`${engine} ${flavour}${perturbation ? " perturbed" : ""} ${fenceLock}`, async () => {
            const lock = perturbation ? "mutex" : "spin"
            const result = await runRace({ engine, flavour, perturbation, fenceLock, lock, seconds: 1.5, seed: SEED })
            const { violations, deaths, leaks, passed, counts } = result
            expect({ violations, deaths, leaks, passed, seed: SEED }).toEqual({
              violations: [],
              deaths: [],
              leaks: [],
              passed: true,
              seed: SEED,
            })
            // Both sides of the races were seen.
            const seen = Object.keys(counts)
            expect(seen).toEqual(
              expect.arrayContaining([
                "signaler: won",
                "signaler: lost",
                "subscriber: ran",
                "subscriber: removed",
                "nameReader: driver's name",
                "nameReader: detached name",
                "unloader: unloaded",
              ]),
            )
          })
})

describe("issuer-bound: the old crash", () => {
  for (let seed = 1; seed <= 10; seed++)
    test(`seed ${seed}`, async () => {
      const result = await runRace({
        ...DEFAULTS,
        lifetime: "issuer-bound",
        seconds: 0.8,
        seed,
        flavour: seed % 2 ? "checked" : "release",
        fenceLock: seed % 3 ? "inline" : "external",
      })
      expect(result.oopses, `oopses with seed ${seed}`).toBeGreaterThan(0)
      expect(result).toMatchObject({ violations: [], deaths: [] })
      expect(result.story?.story.at(-1)).toContain("OOPS")
    })
})
