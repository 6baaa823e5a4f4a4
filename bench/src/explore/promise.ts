/** Whether a program is explored as quickly as is promised: by the median of its undisturbed processes, if they are enough. */
import { believed } from "../rounds.js"
import { LEAST_PAIRS, median } from "../statistics.js"
import type { ExploreResult } from "./explore.js"
import type { Program } from "./programs.js"

export interface Kept {
  readonly verdict: "held" | "missed" | "open"
  /** Of undisturbed runs; of two there is a median, and no verdict. */
  readonly runs: number
  readonly ms: number
  readonly mostMs: number
}

/** Undefined where nothing is promised, or nothing was measured. */
export function promiseOf(result: ExploreResult, { name, mostMs }: Program): Kept | undefined {
  if (mostMs === undefined || !result.measurements.some(({ variant }) => variant === name)) return undefined
  const all = believed(result).flatMap(({ variant, figures }) => (variant === name ? [figures["firstMs"]!] : []))
  const ms = median(all)
  return { verdict: all.length < LEAST_PAIRS ? "open" : ms <= mostMs ? "held" : "missed", runs: all.length, ms, mostMs }
}
