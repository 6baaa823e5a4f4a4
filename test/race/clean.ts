/** A race of the real engine that must end clean, after so many operations. */
import { type GivenSettings, type RaceOptions, type RaceResult, runRace } from "@outlive/workers"
import { expect } from "vitest"

/** Ends only what hangs. */
const SECONDS = 60

/** Nothing was violated, nobody died, nothing was lost; says with which seed. */
export async function expectClean(
  settings: GivenSettings & { readonly seed: number },
  options: RaceOptions = {},
): Promise<RaceResult> {
  const result = await runRace({ seconds: SECONDS, ...settings }, options)
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

/** How many seeds are tried before a side is missed: on a busy machine threads meet less often. */
const MOST_TRIES = 3

/** The same, and both sides of every race were seen: if not with this seed, then with the next. */
export async function expectAllSeen(
  settings: GivenSettings & { readonly seed: number },
  options: RaceOptions = {},
): Promise<void> {
  let missing: Set<string> | undefined
  for (let tries = 0; tries < MOST_TRIES && missing?.size !== 0; tries++) {
    const { unseen } = await expectClean({ ...settings, seed: settings.seed + tries }, options)
    missing = new Set(missing === undefined ? unseen : unseen.filter((side) => missing!.has(side)))
  }
  expect([...missing!], `unseen with seeds from ${settings.seed} on`).toEqual([])
}
