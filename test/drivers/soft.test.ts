/** Cells of software's rows: what a race shows is what is to be expected, and what is sound stays so. All broken twins are in cells.test. */
import {
  type Cell,
  FENCE_TYPES,
  type FenceType,
  type Form,
  SCENARIOS_URL,
  expectedOf,
  isAsExpected,
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
  if (!expected) return
  const { ways } = cell
  const isExpected = isAsExpected(cell, expected)
  expect({ lifetime, form, outcomes, ways, messages, expected, isExpected }).toMatchObject({ isExpected: true })
}

/** Where nothing is to go wrong. */
function soundOf({ dangles, hasPatch, ...type }: FenceType) {
  const forms: readonly Form[] = [
    dangles === undefined ? "merged" : "counted",
    ...(hasPatch ? (["patched"] as const) : []),
  ]
  const isSound = (lifetime: string, form: Form) => {
    const head = { type: `${type.driver} ${type.name}`, lifetime, form, outcomes: [], ways: [], messages: [] }
    return expectedOf(head)?.outcomes.every((outcome) => outcome === "safe" || outcome === "bound") ?? false
  }
  return [
    ...forms.map((form) => ({ lifetime: "independent", form }) as const),
    { lifetime: "pinned", form: "merged" } as const,
  ].filter(({ lifetime, form }) => isSound(lifetime, form))
}

describe.each(TYPES.map((type) => ({ title: titleOf(type), type })))("$title", ({ type }) => {
  it("is what is to be expected of it in an independent heap, as merged in the kernel", async () =>
    expectAsExpected(await raceCell(type, "independent", { seconds: 10 })))

  it.runIf(PROVES)("is what is to be expected under each lifetime", { timeout: 200_000 }, async () => {
    for await (const cell of rowOf(type, { seconds: 10 })) expectAsExpected(cell)
  })

  const races = soundOf(type).flatMap((how) =>
    (["wasm", "js"] as const).flatMap((engine) => SEEDS.map((seed) => ({ ...how, engine, seed }))),
  )
  it.runIf(PROVES).each(races)("is sound: $lifetime, $form, $engine, seed $seed", { timeout: 60_000 }, async (race) => {
    const { form, ...settings } = race
    const variation = variationFor(form)
    const { violations, oopsKinds, leaks, passed } = await runRace({
      ...settings,
      scenariosUrl: SCENARIOS_URL,
      scenario: titleOf(type),
      seconds: 3,
      perturbation: true,
      ...(variation === undefined ? {} : { variation }),
    })
    expect({ violations, oopsKinds, leaks, passed }).toEqual({ violations: [], oopsKinds: [], leaks: [], passed: true })
  })
})
