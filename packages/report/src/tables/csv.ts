/** Every sample as a line of CSV (RFC 4180): a spreadsheet, or a program, goes on from here. */
import type { Arm } from "../schema/measured.js"
import type { Result } from "../schema/result.js"

const HEAD = [
  "file",
  "experiment",
  "group",
  "arm",
  "x",
  "at",
  "round",
  "under load",
  "overlap",
  "foreign",
  "metric",
  "unit",
  "value",
]

export function csv(results: ReadonlyMap<string, Result>): string {
  const rows = [...results].flatMap(([file, { experiments = [] }]) =>
    experiments.flatMap(({ name, groups }) =>
      groups.flatMap(({ title, metrics, arms }) =>
        arms.flatMap(({ label, x, at, runs }) =>
          runs.flatMap(({ round, underLoad, overlap, foreign, figures }) =>
            metrics.map((metric) => [
              file,
              name,
              title,
              label,
              x,
              placeOf(at),
              round,
              underLoad,
              overlap,
              foreign,
              metric.title,
              metric.unit,
              figures[metric.name],
            ]),
          ),
        ),
      ),
    ),
  )
  return [HEAD, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("")
}

/** On every axis, those of one value as well, which are in no title and no label: `lock=mcs threads=2`. */
function placeOf(at: Arm["at"]): string {
  return Object.entries(at ?? {})
    .map(([axis, value]) => `${axis}=${String(value)}`)
    .join(" ")
}

function cell(value: string | number | boolean | undefined): string {
  const text = String(value ?? "")
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
