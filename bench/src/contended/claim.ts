/** What a comparison says: "inline is 1.19x faster than external", if the interval says so. Disturbed runs are in no conclusion. */
import type { Claim } from "@outlive/report"
import { isBeyond, limits, resolutionAt } from "../chance.js"
import { type Rounds, believed } from "../rounds.js"
import { FEW_PAIRS, LEAST_PAIRS, type Ratio, intervalName, ratioByRound } from "../statistics.js"
import type { Comparison } from "./contended.js"

/** What two variants of which can be compared. */
export type Compared = Rounds & { readonly seed: number }

/** Of a figure of which more is better, or less. Undefined when one of the two was not run at all. */
export function claimOf(
  result: Compared,
  { title, threads, of, labels }: Comparison,
  figure = "perSecond",
): Claim | undefined {
  if (!of.every((name) => result.measurements.some(({ variant }) => variant === name))) return undefined
  const quiet = believed(result)
  const ratio = ratioByRound(quiet, of, figure, result.seed)
  const where = `${title}, ${threads} thread${threads === 1 ? "" : "s"}`
  if (ratio.pairs < LEAST_PAIRS)
    return {
      verdict: "open",
      text: `${where}: nothing can be said, ${ratio.pairs} undisturbed pair${ratio.pairs === 1 ? "" : "s"}`,
    }
  const [a, b] = labels
  return {
    ...inWords(where, labels, ratio, resolutionAt(result, of, figure)),
    ratio: ratioOf(title.includes(a) ? `${a} ÷ ${b}` : `${where}: ${a} ÷ ${b}`, ratio),
  }
}

/** That of an interval which leaves out 1: of few pairs it covers less than 95 %, and is a hint. */
export const clear = (pairs: number): "shown" | "hinted" => (pairs < FEW_PAIRS ? "hinted" : "shown")

export const ratioOf = (of: string, ratio: Ratio) => ({ of, ...ratio, interval: intervalName(ratio.pairs) })

function inWords(where: string, [a, b]: readonly [string, string], ratio: Ratio, resolution: number): Claim {
  const { median, low, high, pairs } = ratio
  const interval = (from: number, to: number) => `(${intervalName(pairs)}: ${from.toFixed(2)}–${to.toFixed(2)})`
  const verdict = clear(pairs)
  if (!isBeyond(ratio, resolution))
    return {
      verdict: "no difference shown",
      text: `${where}: no difference shown, ${a} ÷ ${b} = ${median.toFixed(2)} ${interval(low, high)}${resolution > 0 ? `; ${limits(resolution)}` : ""}`,
    }
  if (low > 1)
    return { verdict, text: `${where}: ${a} is ${median.toFixed(2)}x faster than ${b} ${interval(low, high)}` }
  return {
    verdict,
    text: `${where}: ${b} is ${(1 / median).toFixed(2)}x faster than ${a} ${interval(1 / high, 1 / low)}`,
  }
}
