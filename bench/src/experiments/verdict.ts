/**
 * What a ratio says, held against what chance does at that place. Chance is known from the A/A row: the same build, in turn with the
 * others, in processes of its own. A difference that is not beyond the A/A row's interval is not shown.
 */
import type { Claim } from "@outlive/report"
import { isBeyond, limits } from "../chance.js"
import { clear, ratioOf } from "../contended/claim.js"
import { type Rounds, believed } from "../rounds.js"
import { LEAST_PAIRS, type Ratio, intervalName, ratioByRound } from "../statistics.js"

/** Of runs that can be believed only: a run under load, or of which it is not known, is none. */
export function believedRatio(rounds: Rounds, of: readonly [string, string], figure: string, seed: number): Ratio {
  return ratioByRound(believed(rounds), of, figure, seed)
}

export interface Question {
  /** "2 threads: ticket ÷ mcs, throughput". */
  readonly about: string
  readonly ratio: Ratio
  /** Of the A/A row at the same place. */
  readonly resolution: number
  readonly atLeast?: number
  readonly atMost?: number
}

/** Of a hypothesis: held, refuted ("missed"), no difference shown, or open. */
export function verdictOn({ about, ratio, resolution, atLeast, atMost }: Question): Claim {
  const open = whyOpen(about, ratio, resolution)
  if (open) return open
  const limit = atLeast ?? atMost!
  // "At most" is "at least" of the ratio upside down.
  const [low, high] = atLeast === undefined ? [1 / ratio.high, 1 / ratio.low] : [ratio.low, ratio.high]
  const bound = atLeast === undefined ? 1 / limit : limit
  const word = low / (1 + resolution) >= bound ? "held" : high * (1 + resolution) < bound ? "refuted" : "undecided"
  const asked = `${atLeast === undefined ? "at most" : "at least"} ${limit}`
  const text = `${about}: ${asked} was asked, ${inWords(ratio)}`
  if (word === "held") return { verdict: "held", text, ratio: ratioOf(about, ratio) }
  if (word === "refuted") return { verdict: "missed", text: `${text}: refuted`, ratio: ratioOf(about, ratio) }
  return {
    verdict: limit === 1 ? "no difference shown" : "open",
    text: `${text}; ${limits(resolution)}`,
    ratio: ratioOf(about, ratio),
  }
}

/** Of a comparison that expects nothing: shown, or not. */
export function difference({ about, ratio, resolution }: Omit<Question, "atLeast" | "atMost">): Claim {
  const open = whyOpen(about, ratio, resolution)
  if (open) return open
  const isShown = isBeyond(ratio, resolution)
  const text = isShown
    ? `${about} = ${inWords(ratio)}`
    : `${about}: no difference shown, ${inWords(ratio)}; ${limits(resolution)}`
  return { verdict: isShown ? clear(ratio.pairs) : "no difference shown", text, ratio: ratioOf(about, ratio) }
}

function whyOpen(about: string, ratio: Ratio, resolution: number): Claim | undefined {
  const few = ratio.pairs < LEAST_PAIRS
  if (!few && Number.isFinite(resolution) && Number.isFinite(ratio.low) && Number.isFinite(ratio.high)) return undefined
  const why = few
    ? `${ratio.pairs} ${ratio.pairs === 1 ? "pair of runs counts" : "pairs of runs count"}, and ${LEAST_PAIRS} are needed`
    : Number.isFinite(resolution)
      ? "what is compared is 0 in some runs"
      : "the A/A row has too few undisturbed runs"
  return { verdict: "open", text: `${about}: nothing can be said, ${why}` }
}

const inWords = ({ median, low, high, pairs }: Ratio) =>
  `${digits(median)} (${intervalName(pairs)}: ${digits(low)}–${digits(high)})`

/** 0.038, 0.41, 45.95, 120. */
function digits(value: number): string {
  if (value >= 0.1 && value < 100) return value.toFixed(2)
  return value >= 100 ? String(Number(value.toPrecision(2))) : value.toPrecision(2)
}
