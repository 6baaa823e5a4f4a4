/** A/A rows of what is no experiment of its own: a difference that is no larger than what the same thing differs by from itself is not shown. */
import {
  type Comparison,
  type ContendedResult,
  type Measurement,
  claimOf,
  contendedExperiment,
  describeMachine,
} from "@outlive/bench"
import { expect, test } from "vitest"

const COMPARISON: Comparison = { title: "work", threads: 2, of: ["a", "b"], labels: ["a", "b"] }
const machine = describeMachine()

/** Nine rounds; `speeds`: what each variant does in a second. */
function contended(
  speeds: Readonly<Record<string, number>>,
  load: Partial<Measurement> = { foreign: 0 },
): ContendedResult {
  const measurements = Object.entries(speeds).flatMap(([variant, perSecond]) =>
    Array.from({ length: 9 }, (_, round): Measurement => ({
      variant,
      round,
      overlap: 2,
      threads: 2,
      underLoad: false,
      figures: { perSecond: perSecond * (1 + 0.001 * round) },
      ...load,
    })),
  )
  return {
    kind: "contended",
    machine,
    seed: 1,
    interrupted: false,
    comparisons: [COMPARISON],
    measurements,
    rejected: [],
  }
}

const chanceIn = (result: ContendedResult) =>
  contendedExperiment(result).claims.filter(({ text }) => text.startsWith("A/A"))

test("a difference beyond the A/A row is shown, and how much cannot be told is said", () => {
  const result = contended({ a: 1_300, b: 1_000, "b (A/A)": 1_050 })
  expect(claimOf(result, COMPARISON)).toMatchObject({ verdict: "shown" })
  expect(chanceIn(result)).toEqual([
    { verdict: "no difference shown", text: "A/A, work, 2 threads, b: less than 5.0 % cannot be told here (A/A)" },
  ])
  expect(contendedExperiment(result).groups[0]!.arms.map(({ label }) => label)).toEqual(["a", "b", "b (A/A)"])
})

test("the same difference within a wide A/A row is not shown", () => {
  const result = contended({ a: 1_300, b: 1_000, "b (A/A)": 700 })
  expect(claimOf(result, COMPARISON)).toMatchObject({
    verdict: "no difference shown",
    text: expect.stringContaining("less than 43 % cannot be told here") as string,
  })
})

test("without an A/A row a difference is shown, and nothing is said of one", () => {
  const result = contended({ a: 1_300, b: 1_000 })
  expect(claimOf(result, COMPARISON)).toMatchObject({ verdict: "shown" })
  expect(chanceIn(result)).toEqual([])
})

test("an A/A row of disturbed runs says nothing", () => {
  expect(chanceIn(contended({ a: 1_300, b: 1_000, "b (A/A)": 1_050 }, { underLoad: true, foreign: 1 }))).toMatchObject([
    { verdict: "open", text: "A/A, work, 2 threads, b: nothing can be said, too few undisturbed runs" },
  ])
})
