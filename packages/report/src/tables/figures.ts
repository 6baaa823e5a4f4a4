/** An experiment's medians as a few tables of Markdown: for a page that is kept, and held against the result that it is made of. */
import { quantity, span } from "../charts/quantity.js"
import { summaryOf } from "../charts/summary.js"
import type { Arm, Experiment, Group, Metric } from "../schema/measured.js"
import { rowsOf } from "./rows.js"

/** A table for each of these metrics, by name; without any, for the first of each group. Then the claims. */
export function figures({ groups, claims }: Experiment, metrics: readonly string[] = []): string {
  const said = claims.length > 0 ? [claims.map(({ verdict, text }) => `- ${verdict}: ${text}`).join("\n")] : []
  const [only, ...others] = groups
  // Arms that are not along an axis, and nothing beside them: a row each, and a column for each metric.
  if (only !== undefined && others.length === 0 && only.axis === undefined)
    return [armsTable(only, metrics), ...said].join("\n\n")
  const wanted = metrics.length > 0 ? metrics : [groups[0]?.metrics[0]?.name ?? ""]
  const tables = wanted.map((name, i) => {
    // An experiment may call the first figure of each group otherwise.
    const metricIn = ({ metrics: all }: Group) =>
      metrics.length === 0 ? all[0]! : all.find((metric) => metric.name === wanted[i])
    const rows = groups.flatMap((group) => {
      const metric = metricIn(group)
      return metric === undefined ? [] : rowsFor(group, metric)
    })
    const labels = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))]
    const metric = groups.map(metricIn).find((one) => one !== undefined)
    const head = [`${metric?.title ?? name}: median (least–most)`, ...labels]
    return rowsOf([head, ...rows.map(({ title, cells }) => [title, ...labels.map((label) => cells.get(label) ?? "")])])
  })
  return [...tables, ...said].join("\n\n")
}

function armsTable({ title, metrics: all, arms }: Group, names: readonly string[]): string {
  const metrics = names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
  const rows = arms.map((arm) => [arm.label, ...metrics.map((metric) => cell(arm, metric))])
  return rowsOf([[`${title}: median (least–most)`, ...metrics.map((metric) => metric.title)], ...rows])
}

interface Row {
  readonly title: string
  readonly cells: ReadonlyMap<string, string>
}

/** A row, or one for each place on the axis; none where no arm has this metric. */
function rowsFor({ title, axis, arms }: Group, metric: Metric): Row[] {
  const measured = arms.filter((arm) => summaryOf(arm, metric.name).samples.length > 0)
  const places = [...new Set(measured.map(({ x }) => x))]
  return places.map((x) => ({
    title: x === undefined || axis === undefined ? title : `${title}, ${axis.title} ${x.toLocaleString("en")}`,
    cells: new Map(measured.filter((arm) => arm.x === x).map((arm) => [arm.label, cell(arm, metric)])),
  }))
}

function cell(arm: Arm, { name, unit }: Metric): string {
  const { median, least, most, samples } = summaryOf(arm, name)
  return samples.length === 0 ? "" : `${quantity(median, unit)} (${span(least, most, unit)})`
}
