/** The race over containers: built, merged, awaited and taken apart while modules are unloaded beneath them. */
import { expect, test } from "vitest"
import { forCiUnless, PROVES } from "../prove.js"
import { expectClean } from "./clean.js"

const SEED = 43

for (const engine of ["wasm", "js"] as const)
  for (const flavour of ["checked", "release"] as const)
    for (const perturbation of [false, true])
      // Each build in one of the ways, and in both in `npm run prove`: what is perturbed is slow, and sees both sides.
      test.runIf(PROVES || perturbation === ((engine === "js") === (flavour === "checked")))(
        `${engine} ${flavour}${perturbation ? " perturbed" : ""}`,
        forCiUnless(engine === "js" && flavour === "checked"),
        async () => {
          const { unseen } = await expectClean({
            scenario: "containers",
            engine,
            flavour,
            perturbation,
            fenceLock: perturbation ? "external" : "inline",
            operations: perturbation ? 25_000 : 100_000,
            seed: SEED,
          })
          // Both sides of the races were seen; at full speed too few fences are pending at a time to promise that.
          if (perturbation) expect(unseen).toEqual([])
        },
      )
