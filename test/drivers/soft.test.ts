/** Software's fence types: rows of the table of lifetimes, their broken twins, and that what is sound stays so, on both engines. */
import {
  type Cell,
  FENCE_TYPES,
  type Form,
  SCENARIOS_URL,
  expectedOf,
  raceCell,
  rowOf,
  titleOf,
  variationFor,
} from "@outlive/drivers"
import { runRace } from "@outlive/workers"
import { describe, expect, it } from "vitest"
import { PROVES } from "../prove.js"

const TYPES = FENCE_TYPES.filter(({ driver }) => driver === "soft")
const SEEDS = [1, 2, 3]

/** What differs is told with all that was seen. */
function expectAsExpected(cell: Cell): void {
  const { lifetime, form, outcomes, messages } = cell
  const expected = expectedOf(cell)
  if (expected)
    expect({ lifetime, form, outcomes, messages }).toMatchObject({ lifetime, form, outcomes: expected.outcomes })
}

describe.each(TYPES.map((type) => ({ title: titleOf(type), type })))("$title", ({ type }) => {
  const first: Form = type.borrowsLock ? "dangling" : "merged"
  it(`is what is to be expected of it in an independent heap (${first})`, async () =>
    expectAsExpected(await raceCell(type, "independent", { form: first, seconds: 10 })))

  it.runIf(PROVES)("is what is to be expected under each lifetime", { timeout: 200_000 }, async () => {
    for await (const cell of rowOf(type, { seconds: 10 })) expectAsExpected(cell)
  })

  const sound = (["independent", "pinned"] as const).flatMap((lifetime) =>
    (type.hasPatch ? (["merged", "patched"] as const) : (["merged"] as const)).flatMap((form) =>
      (["wasm", "js"] as const).flatMap((engine) => SEEDS.map((seed) => ({ lifetime, form, engine, seed }))),
    ),
  )
  it.runIf(PROVES).each(sound)("is sound: $lifetime, $form, $engine, seed $seed", { timeout: 60_000 }, async (how) => {
    const { form, ...settings } = how
    const variation = variationFor(form)
    const race = await runRace({
      ...settings,
      scenariosUrl: SCENARIOS_URL,
      scenario: titleOf(type),
      seconds: 3,
      perturbation: true,
      ...(variation === undefined ? {} : { variation }),
    })
    const { violations, oopsKinds, leaks, passed } = race
    expect({ violations, oopsKinds, leaks, passed }).toEqual({ violations: [], oopsKinds: [], leaks: [], passed: true })
  })

  it.runIf(PROVES).each(Object.keys(type.faults))("%s: is caught", { timeout: 60_000 }, async (fault) => {
    const { outcomes } = await raceCell(type, "independent", { fault, seconds: 10 })
    expect(outcomes.some((outcome) => outcome !== "safe" && outcome !== "bound")).toBe(true)
  })
})
