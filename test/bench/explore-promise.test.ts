/** What is promised of the explorer is held or missed by undisturbed processes only, and by enough of them. */
import { type ExploreResult, exploreExperiment, describeMachine } from "@outlive/bench"
import { expect, test } from "vitest"

interface Timed {
  readonly ms: number
  readonly underLoad?: boolean
}

function casw(runs: readonly Timed[]) {
  const measurements = runs.map(({ ms, underLoad = false }, round) => ({
    variant: "casw 5",
    round,
    overlap: 1,
    threads: 1,
    foreign: 0,
    underLoad,
    figures: { firstMs: ms, perSecond: 1 },
  }))
  const rounds = { measurements, rejected: [] }
  const result: ExploreResult = { kind: "explore", machine: describeMachine(), seed: 1, interrupted: false, ...rounds }
  return exploreExperiment(result).claims[0]
}

test.each([
  ["three below", [{ ms: 100 }, { ms: 150 }, { ms: 900 }], "held", "casw 5: at most 200 ms, and 150 ms measured"],
  ["three above", [{ ms: 250 }, { ms: 240 }, { ms: 100 }], "missed", "casw 5: at most 200 ms, and 240 ms measured"],
  ["two", [{ ms: 1 }, { ms: 1 }], "open", "nothing can be said, 2 undisturbed runs, and 3 are needed"],
  ["two beside a disturbed one", [{ ms: 1 }, { ms: 1 }, { ms: 1, underLoad: true }], "open", "2 undisturbed runs"],
])("%s", (_, runs, verdict, text) => {
  expect(casw(runs)).toMatchObject({ verdict, text: expect.stringContaining(text) as string })
})
