/** All of a result, or of several, as one page that needs nothing else: for somebody who has five minutes. */
import { svg } from "../charts/picture.js"
import { type Markup, markup, textOf } from "../markup.js"
import type { Campaign } from "../schema/campaign.js"
import type { Experiment } from "../schema/measured.js"
import type { Head, Result } from "../schema/result.js"
import type { ChromeTrace } from "../trace/event.js"
import { tracePicture } from "../trace/picture.js"
import { processorsOf } from "../trust.js"
import { campaignSection } from "./campaign.js"
import { experimentSection } from "./experiment.js"
import { lifetimesSection } from "./lifetimes.js"
import { raceSection, verdictOf } from "./race.js"
import { WALK, explorationsSection } from "./schedule.js"
import { STYLE } from "./style.js"

export function page(
  results: readonly Result[],
  traces: readonly ChromeTrace[] = [],
  campaigns: readonly Campaign[] = [],
): string {
  const isOne = results.length === 1
  const title = isOne
    ? `Outlive: ${results[0]!.kind}`
    : results.length === 0
      ? `Outlive: ${campaigns.length > 0 ? "a campaign" : "a trace"}`
      : `Outlive: ${results.length} results`
  const body = results.map((result, i) => resultPart(result, `r${i + 1}`, isOne))
  const script = results.some(({ explorations = [] }) => explorations.some(({ trace }) => trace))
    ? markup`<script>${WALK}</script>`
    : markup``
  const text = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${STYLE}</head><body><main>
<h1>${title}</h1>
${body}${campaigns.map((campaign, i) => campaignSection(campaign, `c${i + 1}`))}${traces.length === 0 ? markup`` : tracesSection(traces)}</main>${script}</body></html>
`
  return textOf(text)
}

function tracesSection(traces: readonly ChromeTrace[]): Markup {
  const figures = traces.map((trace) => {
    const picture = tracePicture(trace)
    return markup`<figure class="broad"><div class="wide" tabindex="0" role="group" aria-label="${picture.title}">${svg(picture)}</div><figcaption>${picture.title}</figcaption><p class="soft">${String(trace.otherData["events"])} events; lost: ${String(trace.otherData["lost"])}. The whole of it opens at ui.perfetto.dev.</p></figure>`
  })
  return markup`<section aria-labelledby="traces"><h2 id="traces">Traces</h2>${figures}</section>`
}

function resultPart(result: Result, id: string, isOne: boolean): Markup {
  const { experiments = [], races = [], lifetimes = [], explorations = [] } = result
  const sections = [
    ...races.map((race, i) => raceSection(race, `${id}-race-${i + 1}`)),
    ...(lifetimes.length > 0 ? [lifetimesSection(lifetimes, `${id}-lifetimes`)] : []),
    ...experiments.map((experiment, i) => experimentSection(experiment, `${id}-experiment-${i + 1}`)),
    ...(explorations.length > 0 ? [explorationsSection(explorations, `${id}-orders`)] : []),
  ]
  const head = isOne ? markup`` : markup`<h2 id="${id}">${result.kind}: ${result.command}</h2>`
  return markup`${head}${summary({ ...result, id })}${sections}${machine(result, id)}`
}

/** What came out, before anything else. */
function summary({
  id,
  answers = [],
  races = [],
  experiments = [],
  explorations = [],
  interrupted,
}: Result & { readonly id: string }): Markup {
  const failed = explorations.filter(({ verdict }) => verdict !== "pass").length
  const items = [
    ...races.map((race) => markup`<li>${verdictOf(race)} (${race.settings.scenario}, ${race.settings.lifetime})</li>`),
    ...(explorations.length > 0
      ? [
          markup`<li><span class="verdict ${failed > 0 ? "bad" : "good"}">${failed > 0 ? "fails" : "held"}</span> ${explorations.length} explored, ${failed} with an order that fails.</li>`,
        ]
      : []),
    ...experiments.map(
      (experiment, i) =>
        markup`<li><a href="#${id}-experiment-${i + 1}">${experiment.title}</a>: ${tally(experiment)}</li>`,
    ),
  ]
  const answer =
    answers.length === 0
      ? markup``
      : markup`<div class="answers">${answers.map((text) => markup`<p>${text}</p>`)}</div>`
  return markup`${interrupted ? markup`<p class="open"><strong>Interrupted: this is a partial result.</strong></p>` : markup``}${answer}<ul class="claims">${items}</ul>
<p class="soft">Shown: the 95 % interval of the ratio leaves out 1. Hinted: so does the range of all pairs, of which there are too few for 95 %. No difference shown: it does not; that is no proof that there is none. Open: too few undisturbed processes to say anything.</p>\n`
}

/** "10 shown, 1 no difference shown". */
function tally({ claims, groups }: Experiment): string {
  const verdicts = [...new Set(claims.map(({ verdict }) => verdict))]
  if (verdicts.length === 0) return `${groups.length} ${groups.length === 1 ? "picture" : "pictures"}, no claim`
  return verdicts
    .map((verdict) => `${claims.filter((claim) => claim.verdict === verdict).length} ${verdict}`)
    .join(", ")
}

function machine({ machine: of, command, commit, date, tool }: Head, id: string): Markup {
  const facts: readonly (readonly [string, string | Markup])[] = [
    ["To repeat it", markup`<code>${command}</code>`],
    ["Tool", `${tool.name} ${tool.version}${commit === undefined ? "" : `, commit ${commit}`}`],
    ["Begun", date],
    ["Machine", `${of.cpu}, ${processorsOf(of)}, ${of.memoryGiB} GiB, ${of.os}`],
    ["Runtime", `Node ${of.node}, V8 ${of.v8}`],
    [
      "Load at the start",
      `${of.loadAverage.map((load) => load.toFixed(2)).join(", ")} in the last 1, 5, 15 minutes; foreign load: ${of.loadSource}`,
    ],
  ]
  return markup`<section aria-labelledby="${id}-machine"><h2 id="${id}-machine">The machine, and how to repeat it</h2><dl class="facts">${facts.map(([name, what]) => markup`<dt>${name}</dt><dd>${what}</dd>`)}</dl>
<p class="soft">Results of two machines can be compared as ratios only.</p></section>\n`
}
