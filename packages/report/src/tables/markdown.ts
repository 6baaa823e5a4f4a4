/** What came out as Markdown, for a pull request: claims, medians, and where it was measured. */
import { armName } from "../charts/bars.js"
import { quantity, span } from "../charts/quantity.js"
import { summaryOf } from "../charts/summary.js"
import type { Campaign } from "../schema/campaign.js"
import type { Experiment, Group } from "../schema/measured.js"
import type { Race } from "../schema/raced.js"
import type { Result } from "../schema/result.js"
import { processorsOf, trustOf } from "../trust.js"
import { escaped, rowsOf } from "./rows.js"

export function markdown(results: readonly Result[], campaigns: readonly Campaign[] = []): string {
  return `${[...results.map(resultPart), ...campaigns.map(campaignPart)].join("\n\n")}\n`
}

function campaignPart({ campaign, command, seeds, shards, findings, passed }: Campaign): string {
  const n = (value: number) => value.toLocaleString("en")
  const what = passed ? "held" : findings.length > 0 ? `**${n(findings.length)} causes found**` : "**not finished**"
  const rows = findings.map(({ cause, seeds: failed, shortest }) => [cause, n(failed), shortest.repeat])
  return [
    `Campaign ${campaign}: ${what}, ${n(seeds.done)} of ${n(seeds.all)} seeds, ${n(shards.poisoned)} shards set aside. \`${command}\``,
    ...(rows.length > 0 ? [rowsOf([["cause", "seeds", "to repeat it"], ...rows])] : []),
  ].join("\n\n")
}

function resultPart(result: Result): string {
  const {
    answers = [],
    experiments = [],
    races = [],
    lifetimes = [],
    explorations = [],
    machine,
    command,
    commit,
  } = result
  const at = commit === undefined ? "" : `, commit ${commit}`
  return [
    ...(result.interrupted ? ["**Interrupted: this is a partial result.**"] : []),
    ...answers.map(escaped),
    ...races.map(raceLine),
    ...(lifetimes.length > 0 ? [lifetimesTable(lifetimes)] : []),
    ...explorations.map(
      ({ model, verdict, message, executions }) =>
        `- ${escaped(model)}: **${verdict}**${message === undefined ? "" : `, ${escaped(message)}`} (${executions.toLocaleString("en")} executions)`,
    ),
    ...experiments.map(experimentPart),
    `${escaped(machine.cpu)}, ${processorsOf(machine)}, Node ${machine.node}${at}, ${result.date}. To repeat it: \`${command}\``,
  ].join("\n\n")
}

function experimentPart(experiment: Experiment): string {
  const { title, question, claims, groups } = experiment
  const said = claims.map(({ verdict, text }) => `- **${verdict}**: ${escaped(text)}`).join("\n")
  return [
    `### ${escaped(title)}`,
    escaped(question),
    ...(said === "" ? [] : [said]),
    ...groups.filter(({ arms }) => arms.length > 0).map(groupTable),
    trustOf(experiment).join(" "),
  ].join("\n\n")
}

function groupTable({ title, metrics, arms }: Group): string {
  const [metric] = metrics as [Group["metrics"][0]]
  const rows = arms.map((arm) => {
    const { median, least, most, samples } = summaryOf(arm, metric.name)
    return [armName(arm), quantity(median, metric.unit), span(least, most, metric.unit), String(samples.length)]
  })
  return rowsOf([[title, metric.title, "least–most", "processes"], ...rows])
}

function lifetimesTable(cells: NonNullable<Result["lifetimes"]>): string {
  const lifetimes = [...new Set(cells.map(({ lifetime }) => lifetime))]
  const types = [...new Set(cells.map(({ type }) => type))]
  const rows = types.map((type) => [
    type,
    ...lifetimes.map((lifetime) =>
      cells
        .filter((cell) => cell.type === type && cell.lifetime === lifetime)
        .map(({ text, form }) => (form === "merged" ? text : `${text} (${form})`))
        .join(" / "),
    ),
  ])
  return rowsOf([["fence type", ...lifetimes], ...rows])
}

function raceLine({ settings, passed, oopses, violations, repeat }: Race): string {
  const what = passed
    ? oopses > 0
      ? `${oopses.toLocaleString("en")} oopses`
      : "held"
    : `**failed**: ${escaped(violations[0]?.message ?? "see the page")}`
  return `- race over ${settings.scenario}, ${settings.lifetime}: ${what}. \`${repeat}\``
}
