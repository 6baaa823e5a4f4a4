/** The measurements' own arithmetic: intervals that cover what they should, and loads that are told from quiet. */
import {
  type RunOutput,
  type Variant,
  foreignBetween,
  isDisturbed,
  pairedRatio,
  runRounds,
  summarize,
} from "@outlive/bench"
import { describe, expect, test } from "vitest"

const quiet: RunOutput = { foreign: 0.02, overlap: 1, threads: 1, figures: { ns: 5 } }
const disturbed: RunOutput = { ...quiet, foreign: 0.9, figures: { ns: 4 } }

/** A variant that yields these runs one after the other, the last one over and over. */
function scripted(name: string, runs: readonly RunOutput[]): Variant {
  let next = 0
  return { name, run: async () => runs[Math.min(next++, runs.length - 1)]! }
}

describe("pairedRatio", () => {
  test("of series that differ by a factor is that factor, without spread", () => {
    const base = [4, 5, 6, 7, 8]
    expect(
      pairedRatio(
        base.map((x) => 1.5 * x),
        base,
        1,
      ),
    ).toEqual({ median: 1.5, low: 1.5, high: 1.5, pairs: 5 })
  })

  test("takes pairs, so that a drift both series share does not widen the interval", () => {
    const drift = [1, 2, 4, 8, 16]
    const { low, high } = pairedRatio(
      drift.map((x) => 2 * x),
      drift,
      1,
    )
    expect(high - low).toBe(0)
  })

  test("of noise around 1 has an interval that holds 1, and of a clear difference one that does not", () => {
    const noise = [0.93, 1.04, 0.98, 1.07, 1.01, 0.96, 1.02, 0.99, 1.05]
    const ones = noise.map(() => 1)
    const none = pairedRatio(noise, ones, 7)
    expect(none.low).toBeLessThan(1)
    expect(none.high).toBeGreaterThan(1)
    expect(
      pairedRatio(
        noise.map((x) => 1.3 * x),
        ones,
        7,
      ).low,
    ).toBeGreaterThan(1)
  })

  test("gives the same interval for the same seed", () => {
    const noise = [0.9, 1.1, 1.0, 1.2, 0.8]
    const ones = noise.map(() => 1)
    expect(pairedRatio(noise, ones, 42)).toEqual(pairedRatio(noise, ones, 42))
  })

  test("of a known two-point case covers both points", () => {
    // Each resample of {1, 3} has median 1, 2 or 3 with probabilities 1/4, 1/2, 1/4.
    expect(pairedRatio([1, 3], [1, 1], 3)).toEqual({ median: 2, low: 1, high: 3, pairs: 2 })
  })

  test("of nothing is not a number", () => {
    expect(pairedRatio([], [1], 1).median).toBeNaN()
  })
})

test("summarize gives median and extremes", () => {
  expect(summarize([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, runs: 3 })
})

describe("foreignBetween", () => {
  const at = (machineMs: number | undefined, ownMs: number, atMs: number) => ({ machineMs, ownMs, atMs })

  test("takes our own and the child's work off the machine's", () => {
    expect(foreignBetween(at(1_000, 10, 0), at(1_500, 20, 1_000), 490)).toBe(0)
  })

  test("finds a neighbour that keeps half a processor busy", () => {
    expect(foreignBetween(at(1_000, 10, 0), at(2_000, 20, 1_000), 490)).toBe(0.5)
  })

  test("does not know where the system does not tell", () => {
    expect(foreignBetween(at(undefined, 0, 0), at(undefined, 5, 100), 5)).toBeUndefined()
  })
})

describe("isDisturbed", () => {
  test("says no of a quiet run, and yes of a loaded one", () => {
    expect([isDisturbed(quiet), isDisturbed(disturbed)]).toEqual([false, true])
  })

  test("says yes of threads that did not work together", () => {
    expect(isDisturbed({ ...quiet, threads: 2, overlap: 1.98 })).toBe(false)
    expect(isDisturbed({ ...quiet, threads: 2, overlap: 1.3 })).toBe(true)
  })
})

describe("runRounds", () => {
  test("interleaves the variants", async () => {
    const order: string[] = []
    const variant = (name: string): Variant => ({ name, run: async () => (order.push(name), quiet) })
    await runRounds([variant("A"), variant("B")], { rounds: 3 })
    expect(order.join("")).toBe("ABABAB")
  })

  test("repeats a disturbed run, and keeps what it rejected", async () => {
    const { measurements, rejected } = await runRounds([scripted("A", [disturbed, quiet])], { rounds: 1 })
    expect(measurements.map((m) => [m.figures["ns"], m.underLoad])).toEqual([[5, false]])
    expect(rejected.map((m) => m.foreign)).toEqual([0.9])
  })

  test("counts the least disturbed of runs that never are quiet, not the fastest, and says so", async () => {
    const slower = { ...disturbed, foreign: 0.5, figures: { ns: 9 } }
    const { measurements, rejected } = await runRounds([scripted("A", [disturbed, slower, disturbed])], { rounds: 1 })
    expect(measurements.map((m) => [m.figures["ns"], m.underLoad])).toEqual([[9, true]])
    expect(rejected).toHaveLength(3)
  })

  test("stops repeating when the load is there to stay", async () => {
    const { measurements, rejected } = await runRounds([scripted("A", [disturbed])], { rounds: 20 })
    expect(measurements).toHaveLength(20)
    expect(rejected.length).toBeLessThan(12)
  })

  test("returns what there is when it is aborted", async () => {
    const abort = new AbortController()
    let runs = 0
    const run = async () => {
      if (++runs === 3) abort.abort()
      abort.signal.throwIfAborted()
      return quiet
    }
    const { measurements } = await runRounds([{ name: "A", run }], { rounds: 9, signal: abort.signal })
    expect(measurements).toHaveLength(2)
  })

  test("passes a failure on", async () => {
    const run = () => Promise.reject(new Error("no"))
    await expect(runRounds([{ name: "A", run }], { rounds: 1 })).rejects.toThrow("no")
  })
})
