/** The figures of a structure under several schemes as a table, and each comparison in one line. */
import { verdict } from "../contended/format.js"
import { summarize } from "../statistics.js"
import { closing, loadNote, table } from "../table.js"
import type { ReclamationResult } from "./reclamation.js"

const HEAD = [
  "scheme",
  "threads",
  "M/s",
  "min–max",
  "batch ns",
  "p50 ns",
  "p99 ns",
  "kept: peak",
  "mean",
  "full",
  "overlap",
  "",
]

export function formatReclamation(result: ReclamationResult): string {
  const rows = result.schemes.map((name) => row(result, name)).filter((cells) => cells !== undefined)
  const verdicts = result.comparisons.map((comparison) => verdict(result, comparison)).filter((v) => v !== undefined)
  const notes = [
    "  Medians over processes; kept: retired nodes that were not given back, looked at each millisecond, of 15,000 in all",
    "  full: operations that found no free node, and did nothing",
  ]
  return [`  ${result.title}`, table(HEAD, rows), "", ...verdicts, ...notes, closing(result)].join("\n")
}

function row(result: ReclamationResult, name: string): string[] | undefined {
  const runs = result.measurements.filter(({ variant }) => variant === name)
  if (runs.length === 0) return undefined
  const figure = (key: string) => summarize(runs.map((run) => run.figures[key]!))
  const millions = (perSecond: number) => (perSecond / 1e6).toPrecision(3)
  const speed = figure("perSecond")
  return [
    name,
    String(runs[0]!.threads),
    millions(speed.median),
    `${millions(speed.min)}–${millions(speed.max)}`,
    figure("batchNs").median.toFixed(0),
    figure("p50").median.toFixed(0),
    figure("p99").median.toFixed(0),
    figure("keptPeak").median.toFixed(0),
    figure("keptMean").median.toFixed(0),
    `${(100 * figure("full").median).toFixed(1)} %`,
    summarize(runs.map(({ overlap }) => overlap)).median.toFixed(2),
    loadNote(runs),
  ]
}
