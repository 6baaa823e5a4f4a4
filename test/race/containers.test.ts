/** The race over containers: built, merged, awaited and taken apart while modules are unloaded beneath them. */
import { castWithContainers, runRace } from "@outlive/workers"
import { expect, test } from "vitest"

const SEED = 43

for (const engine of ["wasm", "js"] as const)
  for (const flavour of ["checked", "release"] as const)
    for (const perturbation of [false, true])
      test(`${engine} ${flavour}${perturbation ? " perturbed" : ""}`, async () => {
        const { violations, deaths, leaks, passed, counts } = await runRace({
          roles: castWithContainers(6),
          engine,
          flavour,
          perturbation,
          fenceLock: perturbation ? "external" : "inline",
          seconds: 2,
          seed: SEED,
        })
        expect({ violations, deaths, leaks, passed, seed: SEED }).toEqual({
          violations: [],
          deaths: [],
          leaks: [],
          passed: true,
          seed: SEED,
        })
        // Both sides of the races were seen; at full speed too few fences are pending at a time to promise that.
        if (!perturbation) return
        expect(Object.keys(counts)).toEqual(
          expect.arrayContaining([
            "composer: array complete",
            "composer: array pending",
            "composer: chain complete",
            "composer: chain pending",
            "composer: container awaited",
            "composer: point found",
            "merger: merged",
            "unloader: unloaded",
          ]),
        )
      })
