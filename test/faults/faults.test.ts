/**
 * Every detector has a negative control: each broken twin is raced like the real engine, and must be caught within
 * ten seconds. The real engine, built the same way, must not be.
 */
import { runRace } from "@outlive/workers"
import { describe, expect, test } from "vitest"
import { FAULTS, RACED_FAULTS } from "./faults.js"
import { buildTwin } from "./twin.js"

const SEED = 20_260_219

describe("a race catches", () => {
  for (const fault of [...FAULTS, ...RACED_FAULTS]) {
    test(`${fault.id}: ${fault.sentence}`, { timeout: 40_000 }, async () => {
      const twin = await buildTwin(fault)
      try {
        const result = await runRace({
          engine: "js",
          flavour: "checked",
          perturbation: true,
          seconds: 10,
          seed: SEED,
          ...fault.scenario,
          engineUrl: twin.url,
        })
        expect(
          result.passed,
          `not caught in ${Math.round(result.elapsedMs)} ms and ${result.operations} operations, seed ${SEED}`,
        ).toBe(false)
        const caught = result.violations[0]?.message ?? result.deaths[0]?.message ?? result.leaks.join(", ")
        console.log(`${fault.id} caught after ${Math.round(result.elapsedMs)} ms: ${caught}`)
      } finally {
        twin.remove()
      }
    })
  }

  test("nothing, when there is no fault", { timeout: 40_000 }, async () => {
    const twin = await buildTwin(undefined)
    try {
      const result = await runRace({
        engine: "js",
        flavour: "checked",
        perturbation: true,
        seconds: 3,
        seed: SEED,
        engineUrl: twin.url,
      })
      expect({ violations: result.violations, deaths: result.deaths, leaks: result.leaks, seed: SEED }).toEqual({
        violations: [],
        deaths: [],
        leaks: [],
        seed: SEED,
      })
    } finally {
      twin.remove()
    }
  })
})
