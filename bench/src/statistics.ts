/** Medians, spread, and how sure a ratio is: intervals over processes, since one process's own interval understates. */
import { quantile, sampleWithReplacement } from "simple-statistics"

export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
}

export interface Ratio {
  readonly median: number
  /** 95 % bootstrap interval of the median. */
  readonly low: number
  readonly high: number
}

export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: median(sorted), min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN, runs: values.length }
}

export function median(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : quantile([...values], 0.5)
}

const RESAMPLES = 2_000

/** The ratio of two series measured in turn, pair by pair. The resampling is seeded: the same data give the same interval. */
export function pairedRatio(numerators: readonly number[], denominators: readonly number[], seed = 1): Ratio {
  const n = Math.min(numerators.length, denominators.length)
  const ratios = Array.from({ length: n }, (_, i) => numerators[i]! / denominators[i]!)
  if (n === 0) return { median: Number.NaN, low: Number.NaN, high: Number.NaN }
  const random = seeded(seed)
  const medians = Array.from({ length: RESAMPLES }, () => median(sampleWithReplacement(ratios, n, random)))
  return { median: median(ratios), low: quantile(medians, 0.025), high: quantile(medians, 0.975) }
}

/** mulberry32: numbers from 0 to below 1. */
function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
