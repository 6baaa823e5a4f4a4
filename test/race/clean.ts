/** A race of the real engine that must end clean, after so many operations. */
import { type GivenSettings, type RaceResult, runRace } from "@outlive/workers"
import { expect } from "vitest"

/** Ends only what hangs. */
const SECONDS = 60

/** Nothing was violated, nobody died, nothing was lost; says with which seed. */
export async function expectClean(settings: GivenSettings & { readonly seed: number }): Promise<RaceResult> {
  const result = await runRace({ seconds: SECONDS, ...settings })
  const { violations, deaths, leaks, passed } = result
  const { seed } = settings
  expect({ violations, deaths, leaks, passed, seed }).toEqual({
    violations: [],
    deaths: [],
    leaks: [],
    passed: true,
    seed,
  })
  return result
}
