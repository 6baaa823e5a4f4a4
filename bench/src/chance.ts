/**
 * What chance does: a variant that is run once more, in turn with the others and in processes of its own, differs from itself by
 * nothing else. A difference that is not beyond that is not shown.
 */
import type { Claim } from "@outlive/report"
import { type Rounds, type Variant, believed } from "./rounds.js"
import { LEAST_PAIRS, type Ratio, ratioByRound } from "./statistics.js"

/** Behind the name of the second of two that are the same. */
export const AGAIN = " (A/A)"

/** Each of these once more, right behind itself. */
export function withAgain<V extends Pick<Variant, "name">>(
  variants: readonly V[],
  again: (variant: V) => boolean,
): V[] {
  return variants.flatMap((variant) =>
    again(variant) ? [variant, { ...variant, name: `${variant.name}${AGAIN}` }] : [variant],
  )
}

/** How far from 1 a ratio of the same with itself may lie, as a share: 0.05 when less than 5 % cannot be told. */
export function resolutionOf(aa: Ratio): number {
  if (aa.pairs < LEAST_PAIRS || !(aa.low > 0)) return Number.POSITIVE_INFINITY
  return Math.max(aa.high, 1 / aa.low) - 1
}

/** "less than 3.1 % cannot be told here". */
export const limits = (resolution: number) => `less than ${percent(resolution)} cannot be told here (A/A)`

/** Two digits, and never as a power of ten: "3.1 %", "270 %". */
export function percent(share: number): string {
  const text = (100 * share).toPrecision(2)
  return `${text.includes("e") ? Number(text) : text} %`
}

type Compared = Rounds & { readonly seed: number }

const wasRun = ({ measurements }: Rounds, variant: string) => measurements.some((run) => run.variant === variant)

function chanceOf(result: Compared, variant: string, figure: string): Ratio {
  return ratioByRound(believed(result), [`${variant}${AGAIN}`, variant], figure, result.seed)
}

/** What cannot be told of these variants: of those that were run twice the worst; 0 if none was, or too few of their runs were quiet. */
export function resolutionAt(result: Compared, variants: readonly string[], figure: string): number {
  const known = variants
    .filter((variant) => wasRun(result, `${variant}${AGAIN}`))
    .map((variant) => resolutionOf(chanceOf(result, variant, figure)))
  return Math.max(0, ...known.filter((resolution) => Number.isFinite(resolution)))
}

/** The A/A row of a variant as a claim: compared with itself nothing is ever shown, and what is told is how well this place can tell. */
export function chanceClaims(result: Compared, variant: string, figure: string, about: string): Claim[] {
  if (!wasRun(result, `${variant}${AGAIN}`)) return []
  const resolution = resolutionOf(chanceOf(result, variant, figure))
  return Number.isFinite(resolution)
    ? [{ verdict: "no difference shown", text: `A/A, ${about}: ${limits(resolution)}` }]
    : [{ verdict: "open", text: `A/A, ${about}: nothing can be said, too few undisturbed runs` }]
}

/** Whether an interval leaves out 1 by more than chance does. */
export const isBeyond = ({ low, high }: Ratio, resolution: number) =>
  low > 1 + resolution || high < 1 / (1 + resolution)
