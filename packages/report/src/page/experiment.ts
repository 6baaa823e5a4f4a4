/** An experiment: what was asked, what came out, pictures, and the table behind each. */
import { armName, bars } from "../charts/bars.js"
import { growth } from "../charts/growth.js"
import { heat } from "../charts/heat.js"
import { intervals, isCompared } from "../charts/intervals.js"
import { lines } from "../charts/lines.js"
import { type Picture, svg } from "../charts/picture.js"
import { digits } from "../charts/quantity.js"
import { summaryOf } from "../charts/summary.js"
import { tailOf, tails } from "../charts/tail.js"
import { tradeoff } from "../charts/tradeoff.js"
import { type Markup, markup } from "../markup.js"
import type { Arm, Claim, Experiment, Group } from "../schema/measured.js"
import { trustOf } from "../trust.js"
import { table } from "./table.js"

/** Pictures with what they are made of. */
export interface Drawn {
  readonly name: string
  readonly picture: Picture
  readonly behind?: Markup
}

export function experimentSection(experiment: Experiment, id: string): Markup {
  const { title, question, notes, claims } = experiment
  const trust = trustOf(experiment)
  const figures = drawn(experiment).map(
    ({ picture, behind }) =>
      markup`<figure>${svg(picture)}<figcaption>${picture.title}</figcaption>${behind ?? ""}</figure>\n`,
  )
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
<p><strong>Asked:</strong> ${question}</p>
${claims.length === 0 ? markup`` : markup`<h3>What came out</h3><ul class="claims">${claims.map(claimItem)}</ul>`}
<p class="soft">${trust.join(" ")}</p>
<div class="figures">${figures}</div>
<details><summary>How it was measured</summary><ul>${notes.map((note) => markup`<li>${note}</li>`)}</ul></details>
</section>\n`
}

function claimItem({ text, verdict }: Claim): Markup {
  return markup`<li><span class="verdict ${KINDS[verdict]}">${verdict}</span> ${text}</li>`
}

const KINDS: Readonly<Record<Claim["verdict"], string>> = {
  shown: "good",
  hinted: "open",
  held: "good",
  missed: "bad",
  "no difference shown": "open",
  open: "open",
}

/** All pictures of an experiment, by names that stay the same. */
export function drawn({ name, claims, groups }: Experiment): Drawn[] {
  const compared = claims.filter(isCompared)
  const all: Drawn[] = groups.flatMap((group, i) => picturesOf(group, `${name}-${i + 1}`))
  if (compared.length === 0) return all
  const behind = details(
    "ratios",
    table(
      "Ratios",
      ["what ÷ what", "median", "low", "high", "pairs", "interval"],
      compared.map(({ ratio }) => [
        ratio.of,
        digits(ratio.median),
        digits(ratio.low),
        digits(ratio.high),
        String(ratio.pairs),
        ratio.interval,
      ]),
    ),
  )
  return [
    { name: `${name}-ratios`, picture: intervals("How sure: ratios with their intervals", compared), behind },
    ...all,
  ]
}

function picturesOf(group: Group, name: string): Drawn[] {
  const arms = group.arms.filter(({ runs }) => runs.length > 0)
  if (arms.length === 0) return []
  const [first, second] = group.metrics as [Group["metrics"][0], Group["metrics"][0]?]
  const pictures: Drawn[] = [
    { name, picture: mainPicture(group, arms), behind: details("figures", figuresTable(group, arms)) },
  ]
  if (group.picture === "tradeoff" && second)
    pictures.unshift({
      name: `${name}-tradeoff`,
      picture: tradeoff(`${group.title}: ${first.title} and ${second.title}`, arms, first, second),
    })
  const most = Math.max(...arms.map(({ x }) => x ?? 0))
  const curves = arms.filter(({ x }) => (x ?? 0) === most).flatMap((arm) => tailOf(arm.label, arm) ?? [])
  const at = group.axis ? `, ${most} ${group.axis.title}` : ""
  if (curves.length > 0)
    pictures.push({ name: `${name}-tail`, picture: tails(`${group.title}${at}: the slowest operations`, curves) })
  if (group.seriesOf && arms.some(({ runs }) => runs.some(({ series = [] }) => series.length > 1)))
    pictures.push({
      name: `${name}-time`,
      picture: growth(`${group.title}: ${group.seriesOf.title} over time`, arms, group.seriesOf),
    })
  return pictures
}

function mainPicture({ title, picture, axis, metrics }: Group, arms: readonly Arm[]): Picture {
  if (picture === "heat" && axis !== undefined) return heat(title, arms, metrics[0]!, axis)
  const isLine = picture === "lines" && axis !== undefined && new Set(arms.map(({ x }) => x)).size > 1
  return isLine ? lines(title, arms, metrics[0]!, axis) : bars(title, arms, metrics[0]!)
}

/** Medians, and behind them every sample. */
function figuresTable({ title, metrics, axis }: Group, arms: readonly Arm[]): Markup {
  const head = [
    "arm",
    ...(axis ? [axis.title] : []),
    ...metrics.map((m) => `${m.title}${m.unit === "" ? "" : `, ${m.unit}`}`),
  ]
  const rows = arms.map((arm) => [
    arm.label,
    ...(axis ? [String(arm.x ?? "")] : []),
    ...metrics.map(({ name }) => digits(summaryOf(arm, name).median)),
  ])
  const samples = arms.map((arm) => [
    armName(arm),
    summaryOf(arm, metrics[0]!.name).samples.map(digits).join("  "),
    noteOf(arm),
  ])
  return markup`${table(`${title}: medians over processes`, head, rows)}${table(`${title}: ${metrics[0]!.title} of every process, ${metrics[0]!.unit}`, ["arm", "samples, in order", "note"], samples)}`
}

function noteOf({ runs }: Arm): string {
  const loaded = runs.filter(({ underLoad }) => underLoad).length
  return loaded === 0 ? "" : `${loaded} of ${runs.length} under load`
}

export const details = (what: string, inside: Markup): Markup =>
  markup`<details><summary>The ${what} behind it</summary>${inside}</details>`
