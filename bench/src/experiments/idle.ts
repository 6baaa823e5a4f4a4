/** Operations that found nothing to work with did nothing, and fast: whose did is not shown to be quicker. */
import type { Claim } from "@outlive/report"
import type { Measurement } from "../rounds.js"

export interface Idle {
  /** The share of operations that did nothing; more than `most` of them, and nothing is shown. */
  readonly figure: string
  readonly most: number
  /** Of these metrics. */
  readonly metrics: readonly string[]
  /** "found no free node": what they did instead. */
  readonly what: string
}

/** `names`: of the variants that are compared. */
export function ifAllWorked(
  measurements: readonly Measurement[],
  { figure, most, what }: Idle,
  names: readonly string[],
  claim: Claim,
): Claim {
  const shares = measurements
    .filter(({ variant }) => names.includes(variant))
    .map(({ variant, figures }) => ({ variant, share: figures[figure]! }))
  const worst = shares.toSorted((a, b) => b.share - a.share)[0]
  if (worst === undefined || worst.share <= most) return claim
  return {
    ...claim,
    verdict: "open",
    text: `${claim.text}; but up to ${(100 * worst.share).toFixed(1)} % of ${worst.variant}'s operations ${what}, and did nothing`,
  }
}
