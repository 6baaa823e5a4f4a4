/** The contended figures as tables, and each comparison in one line. */
import type { Measurement, Rounds } from "../rounds.js"
import { summarize } from "../statistics.js"
import { closing, loadNote, table } from "../table.js"
import { type Compared, claimOf } from "./claim.js"
import { chancesOf } from "./experiment.js"
import type { Comparison, ContendedResult } from "./contended.js"

const HEAD = [
  "operation",
  "threads",
  "lock",
  "M/s",
  "min–max",
  "batch ns",
  "p50 ns",
  "p99 ns",
  "p99.9 ns",
  "fairness",
  "overlap",
  "",
]

export function formatContended(result: ContendedResult): string {
  const rows = result.comparisons.flatMap((c) =>
    c.of.map((name, i) => row(c, of(result, name), c.labels[i]!)).filter((r) => r !== undefined),
  )
  const verdicts = result.comparisons.map((c) => verdict(result, c)).filter((v) => v !== undefined)
  const notes = [
    "  Medians over processes; latencies (reading the clock included) are those of the worst thread; fairness: least ÷ most work",
    "  overlap: threads at work together, sum of elapsed times ÷ (last end − first start)",
  ]
  if (result.comparisons.some(({ labels }) => labels.some((label) => label.endsWith(", imported"))))
    notes.push('  imported: called across a boundary; "empty, imported" is what the calls alone cost, with one thread')
  const chances = chancesOf(result).map(({ text }) => `  ${text}`)
  return [table(HEAD, rows), "", ...verdicts, ...chances, ...notes, closing(result)].join("\n")
}

function of(result: Rounds, variant: string): Measurement[] {
  return result.measurements.filter((m) => m.variant === variant)
}

function row({ title, threads }: Comparison, runs: readonly Measurement[], label: string): string[] | undefined {
  if (runs.length === 0) return undefined
  const figure = (key: string) => summarize(runs.map((r) => r.figures[key]!))
  const speed = figure("perSecond")
  const millions = (perSecond: number) => (perSecond / 1e6).toPrecision(3)
  return [
    title,
    String(threads),
    label,
    millions(speed.median),
    `${millions(speed.min)}–${millions(speed.max)}`,
    figure("batchNs").median.toFixed(0),
    figure("p50").median.toFixed(0),
    figure("p99").median.toFixed(0),
    figure("p999").median.toFixed(0),
    figure("fairness").median.toFixed(2),
    summarize(runs.map((r) => r.overlap)).median.toFixed(2),
    loadNote(runs),
  ]
}

/** A comparison in one line. */
export function verdict(result: Compared, comparison: Comparison): string | undefined {
  const claim = claimOf(result, comparison)
  return claim && `  ${claim.text}`
}
