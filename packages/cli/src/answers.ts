/** What a run of the lab answers, in three sentences: nothing but what it has measured itself, and "no difference shown" where it has shown none. */
import type { Compared, Comparison } from "@outlive/bench"
import { claimOf } from "@outlive/bench"
import type { Claim } from "@outlive/report"
import type { RaceResult } from "@outlive/workers"

/** What crashed, and why. */
export function crashSentence(bound: RaceResult, independent: readonly RaceResult[]): string {
  const oopses = independent.reduce((sum, race) => sum + race.oopses, 0)
  const sound = independent.every(({ passed }) => passed) && oopses === 0
  const after = sound
    ? "Independent fences, raced the same way, did not"
    : `Independent fences, raced the same way, did not hold either (${oopses} oopses): see the page`
  if (bound.oopses === 0)
    return `What crashed: nothing in ${seconds(bound)} of racing; issuer-bound fences crash sooner or later, and this run was too short to show it.`
  const why = bound.story ? `: ${bound.story.message}` : ""
  return `What crashed: fences that are bound to their issuer's module, ${bound.oopses.toLocaleString("en")} times in ${seconds(bound)}, because the module was unloaded while others still held them${why}. ${after}.`
}

const seconds = ({ elapsedMs }: RaceResult) => `${(elapsedMs / 1_000).toFixed(1)} s`

type Measured = Compared & { readonly comparisons: readonly Comparison[] }

/** What a lock of its own is worth to a fence: with the most threads, where that matters most. */
export function ownLockSentence(measured: Measured | undefined): string {
  const claims = atMost(measured).flatMap((comparison) => claimOf(measured!, comparison) ?? [])
  if (claims.length === 0) return "What a lock of its own is worth here: it was not measured."
  return `What a lock of its own is worth here: ${claims.map(({ text }) => text).join("; ")}.`
}

/** Which of those that were measured this machine would pick. */
export function pickSentence(locks: Measured | undefined, schemes: Measured | undefined): string {
  return `What this machine would pick: ${picked("lock", locks)}; ${picked("scheme", schemes)}.`
}

interface Against {
  readonly label: string
  readonly claim: Claim
}

function picked(kind: string, measured: Measured | undefined): string {
  if (measured === undefined) return `no ${kind}: this run had no time to measure any`
  const comparisons = atMost(measured)
  const base = comparisons[0]?.labels[1]
  const all = comparisons.flatMap((comparison): Against[] => {
    const claim = claimOf(measured!, comparison)
    return claim?.ratio === undefined ? [] : [{ label: comparison.labels[0], claim }]
  })
  if (base === undefined || all.length === 0) return `no ${kind}, for no two of them were measured undisturbed`
  const better = all
    .filter(({ claim }) => isClear(claim) && claim.ratio!.low > 1)
    .toSorted((a, b) => b.claim.ratio!.median - a.claim.ratio!.median)
  const ties = all.filter(({ claim }) => !isClear(claim)).map(({ label }) => label)
  const among = `of ${[base, ...all.map(({ label }) => label)].join(", ")}`
  const [first] = better
  if (first) {
    const { median, low, high, interval } = first.claim.ratio!
    return `the ${kind} ${first.label}, ${median.toFixed(2)} times as fast as ${base} (${interval}: ${low.toFixed(2)}–${high.toFixed(2)}), ${among}`
  }
  if (ties.length > 0)
    return `no ${kind} for its speed: no difference shown between ${base} and ${ties.join(", ")}, ${among}`
  return `the ${kind} ${base}: all others are slower, ${among}`
}

const isClear = ({ verdict }: Claim) => verdict === "shown" || verdict === "hinted"

function atMost(measured: Measured | undefined): Comparison[] {
  const most = Math.max(0, ...(measured?.comparisons ?? []).map(({ threads }) => threads))
  return (measured?.comparisons ?? []).filter(({ threads }) => threads === most)
}
