/** Medians, spread, and how sure a ratio is: intervals over processes, since one process's own interval understates. */
import { Random } from "@outlive/workers"
import { quantile, sampleWithReplacement } from "simple-statistics"
import type { Measurement } from "./rounds.js"

export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
}

export interface Ratio {
  readonly median: number
  /** 95 % bootstrap interval of the median; of fewer than `FEW_PAIRS` it is in effect their range, and covers less. */
  readonly low: number
  readonly high: number
  readonly pairs: number
}

/** Fewer pairs prove nothing: what two say, a third may not. As many as a quick measurement has rounds. */
export const LEAST_PAIRS = 3

/** From so many pairs on even the whole range leaves out the median in less than 5 % of cases: 2 · 0.5⁶ = 3 %. */
export const FEW_PAIRS = 6

/** What an interval may be called. */
export const intervalName = (pairs: number) => (pairs < FEW_PAIRS ? `range of ${pairs}` : "95 %")

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), runs: values.length }
}

export function median(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : quantile([...values], 0.5)
}

export const quantileOf = (values: readonly number[], share: number) => quantile([...values], share)

const RESAMPLES = 2_000

/** The ratio of two series measured in turn, pair by pair. The resampling is seeded: the same data give the same interval. */
export function pairedRatio(numerators: readonly number[], denominators: readonly number[], seed = 1): Ratio {
  const pairs = Math.min(numerators.length, denominators.length)
  const ratios = Array.from({ length: pairs }, (_, i) => numerators[i]! / denominators[i]!)
  if (pairs === 0) return { median: Number.NaN, low: Number.NaN, high: Number.NaN, pairs }
  const chance = new Random(seed)
  const random = () => chance.fraction()
  const medians = Array.from({ length: RESAMPLES }, () => median(sampleWithReplacement(ratios, pairs, random)))
  return { median: median(ratios), low: quantile(medians, 0.025), high: quantile(medians, 0.975), pairs }
}

/** The same for one figure of two variants, paired by round: a round that only one of them finished is left out. */
export function ratioByRound(
  runs: readonly Measurement[],
  of: readonly [string, string],
  figure: string,
  seed: number,
): Ratio {
  const byRound = (name: string) =>
    new Map(runs.filter((m) => m.variant === name).map((m) => [m.round, m.figures[figure]!] as const))
  const [first, second] = [byRound(of[0]), byRound(of[1])]
  const rounds = [...first.keys()].filter((round) => second.has(round))
  return pairedRatio(
    rounds.map((r) => first.get(r)!),
    rounds.map((r) => second.get(r)!),
    seed,
  )
}

/**
 * The ratio of two medians of runs that are no pairs: each side is resampled by itself. With `to`, of two such ratios: the first to its
 * own base by the second to its own. `pairs` is the number of runs of the side that has fewer.
 */
export function ratioOfMedians(
  first: readonly number[],
  second: readonly number[],
  seed = 1,
  to?: readonly [readonly number[], readonly number[]],
): Ratio {
  const sides = [first, second, ...(to ?? [])]
  const pairs = Math.min(...sides.map(({ length }) => length))
  if (pairs === 0) return { median: Number.NaN, low: Number.NaN, high: Number.NaN, pairs }
  const chance = new Random(seed)
  const random = () => chance.fraction()
  const ratio = ([a, b, baseOfA = 1, baseOfB = 1]: readonly number[]) => a! / baseOfA / (b! / baseOfB)
  const ratios = Array.from({ length: RESAMPLES }, () =>
    ratio(sides.map((values) => median(sampleWithReplacement([...values], values.length, random)))),
  )
  return { median: ratio(sides.map(median)), low: quantile(ratios, 0.025), high: quantile(ratios, 0.975), pairs }
}
