/** Further rounds, of what had too few quiet pairs: more comparisons come to a verdict in the same time, and no figure has a say in it. */
import { type Measurement, type Rounds, type Variant, lacking, runRounds } from "@outlive/bench"
import { Random } from "@outlive/workers"
import { afterEach, beforeEach, expect, test, vi } from "vitest"

const RUN_MS = 500
const BUDGET_MS = 12_000
beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }))
afterEach(() => void vi.useRealTimers())

/** Takes its time; quiet with this chance, and as fast as is said. */
const variant = (name: string, quiet: () => boolean, ns: () => number = () => 5): Variant => ({
  name,
  run: async () => {
    vi.advanceTimersByTime(RUN_MS)
    return { foreign: quiet() ? 0 : 0.9, overlap: 2, threads: 2, figures: { ns: ns() } }
  },
})
const PAIRS = [
  ["a", "b"],
  ["c", "d"],
] as const
const NAMES = PAIRS.flat()
const pairsOf = ({ measurements }: Pick<Rounds, "measurements">, [a, b]: readonly [string, string]) => {
  const quiet = (name: string) =>
    measurements.filter((run) => run.variant === name && !run.underLoad).map(({ round }) => round)
  return quiet(a).filter((round) => quiet(b).includes(round)).length
}

/** Of 40 measurements on a machine that is quiet for so much of the time: in how many each comparison has the two pairs that a verdict needs. */
async function verdicts(share: number, isFurther: boolean): Promise<number> {
  let told = 0
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed)
    const result = await runRounds(
      NAMES.map((name) => variant(name, () => random.fraction() < share)),
      { rounds: 3, budgetMs: BUDGET_MS, ...(isFurther ? { further: lacking(PAIRS) } : {}) },
    )
    if (PAIRS.every((pair) => pairsOf(result, pair) >= 2)) told++
  }
  return told
}

test("on a machine that is quiet every other time, more comparisons come to a verdict; on one that never is, none", async () => {
  const [without, withFurther] = [await verdicts(0.4, false), await verdicts(0.4, true)]
  expect(withFurther).toBeGreaterThan(without)
  expect(await verdicts(0, true)).toBe(0)
})

test("they end with the time, and on a quiet machine there are none", async () => {
  const start = performance.now()
  const loud = await runRounds([variant("a", () => false), variant("b", () => false)], {
    rounds: 1,
    budgetMs: BUDGET_MS,
    further: lacking([["a", "b"]]),
  })
  expect(performance.now() - start).toBeLessThan(BUDGET_MS + 4 * 2 * RUN_MS)
  expect(loud.measurements.every(({ underLoad }) => underLoad)).toBe(true)

  const quiet = await runRounds(
    NAMES.map((name) => variant(name, () => true)),
    { rounds: 3, budgetMs: BUDGET_MS, further: lacking(PAIRS) },
  )
  expect(quiet.measurements).toHaveLength(12)
})

test("without a time of its own nothing goes on", async () => {
  const { measurements } = await runRounds([variant("a", () => false), variant("b", () => false)], {
    rounds: 1,
    further: lacking([["a", "b"]]),
  })
  expect(measurements).toHaveLength(2)
})

test("only what lacks pairs is measured again, whatever its figures are", async () => {
  const run = (name: string, round: number, isQuiet: boolean, ns: number): Measurement => ({
    variant: name,
    round,
    underLoad: !isQuiet,
    foreign: 0,
    overlap: 2,
    threads: 2,
    figures: { ns },
  })
  const runs = (ns: number) =>
    [0, 1, 2].flatMap((round) => NAMES.map((name) => run(name, round, name !== "d" || round === 0, ns * (round + 1))))
  expect([...lacking(PAIRS)(runs(1))]).toEqual(["c", "d"])
  expect(lacking(PAIRS)(runs(1_000))).toEqual(lacking(PAIRS)(runs(1)))
  expect(lacking([["a", "b"]])(runs(1)).size).toBe(0)
})
