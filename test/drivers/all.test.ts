/**
 * All drivers at once in an independent heap, their fences in containers, syncobjs, sync files and reservations, hardware unplugged,
 * modules unloaded and loaded again: nothing is violated, and what was taken has been given back.
 */
import { SCENARIOS_URL } from "@outlive/drivers"
import { runRace } from "@outlive/workers"
import { describe, expect, test } from "vitest"
import { PROVES } from "../prove.js"

const SECONDS = 60
/** A race of some hundred operations is there to see that it begins and ends. */
const SHORT = { engine: "wasm", flavour: "checked", operations: 300, seconds: 30 } as const
const WHOLE = (["wasm", "js"] as const).flatMap((engine) =>
  (["checked", "release"] as const).map((flavour) => ({ engine, flavour, seconds: SECONDS })),
)

describe("all drivers", () => {
  test.each(PROVES ? WHOLE : [SHORT])("$engine, $flavour", { timeout: 2 * SECONDS * 1_000 }, async (how) => {
    const race = {
      scenariosUrl: SCENARIOS_URL,
      scenario: "all drivers",
      threads: 6,
      perturbation: true,
      seed: 12,
    } as const
    const { violations, deaths, hung, oopsKinds, leaks, passed, counts } = await runRace({ ...race, ...how })
    expect({ violations, deaths, hung, oopsKinds, leaks, passed }).toEqual({
      violations: [],
      deaths: [],
      hung: [],
      oopsKinds: [],
      leaks: [],
      passed: true,
    })
    if (!PROVES) return
    for (const side of ["unloaded while held", "refused while held", "gone after the last put"])
      expect(counts[`remover: ${side}`], side).toBeGreaterThan(0)
    expect(counts["sharer: fences were passed on"]).toBeGreaterThan(0)
  })
})
