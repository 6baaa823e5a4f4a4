/** The contended figures as tables, and each comparison in one line. */
import { pairedRatio, summarize } from "../statistics.js"
import { closing, table } from "../table.js"
import type { Comparison, ContendedResult } from "./contended.js"

export function formatContended(result: ContendedResult): string {
  const rows = result.comparisons.flatMap((c) => c.of.map((name, i) => row(result, c, name, c.labels[i]!)).filter((r) => r !== undefined))
  const head = ["operation", "threads", "lock", "M/s", "min–max", "p50 ns", "p99 ns", "fairness", "overlap"]
  const lines = result.comparisons.map((c) => verdict(result, c)).filter((v) => v !== undefined)
  return [table(head, rows), "", ...lines, closing(result)].join("\n")
}

function of(result: ContendedResult, variant: string) {
  return result.measurements.filter((m) => m.variant === variant)
}

function row(result: ContendedResult, { title, threads }: Comparison, name: string, label: string): string[] | undefined {
  const runs = of(result, name)
  if (runs.length === 0) return undefined
  const figure = (key: string) => summarize(runs.map((r) => r.figures[key]!))
  const speed = figure("perSecond")
  return [
    title,
    String(threads),
    label,
    (speed.median / 1e6).toFixed(2),
    `${(speed.min / 1e6).toFixed(2)}–${(speed.max / 1e6).toFixed(2)}`,
    figure("p50").median.toFixed(0),
    figure("p99").median.toFixed(0),
    figure("fairness").median.toFixed(2),
    summarize(runs.map((r) => r.overlap)).median.toFixed(2),
  ]
}

/** "inline is 1.19x faster than external", if the interval says so. */
function verdict(result: ContendedResult, { title, threads, of: names, labels }: Comparison): string | undefined {
  const [a, b] = names.map((name) => of(result, name).map((m) => m.figures["perSecond"]!))
  if (!a?.length || !b?.length) return undefined
  const { median, low, high } = pairedRatio(a, b, result.seed)
  const interval = `(95 %: ${low.toFixed(2)}–${high.toFixed(2)}, ${Math.min(a.length, b.length)} pairs)`
  const where = `  ${title}, ${threads} thread${threads === 1 ? "" : "s"}: `
  if (low > 1) return `${where}${labels[0]} is ${median.toFixed(2)}x faster than ${labels[1]} ${interval}`
  if (high < 1) return `${where}${labels[1]} is ${(1 / median).toFixed(2)}x faster than ${labels[0]} ${interval}`
  return `${where}no difference shown, ratio ${median.toFixed(2)} ${interval}`
}
