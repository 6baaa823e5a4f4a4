/** Results that are kept beside the page: without what only pictures need, and what they say in its blocks. */
import { figures } from "@outlive/report"

/** All samples, and no histograms: a tenth of the size. */
export function slim(result) {
  const run = (one) => {
    const rest = { ...one }
    delete rest.histogram
    delete rest.series
    return rest
  }
  const arm = (one) => ({ ...one, runs: one.runs.map(run) })
  const experiments = result.experiments.map((experiment) => ({
    ...experiment,
    groups: experiment.groups.map((group) => ({ ...group, arms: group.arms.map(arm) })),
    rejected: [],
  }))
  return { ...result, command: commandOf(result), experiments }
}

/** Where a result was written to is no part of how it was made. */
export const commandOf = ({ command }) => command.replaceAll(/ --out[ =]\S+/g, "")

/** What a block of figures says: tables, claims, and where they are from. */
export function tablesOf(result, { name, metrics }) {
  const experiment = experimentOf(result, name)
  const groups = experiment.groups.filter(({ picture }) => picture !== "heat")
  const runs = groups.flatMap(({ arms }) => arms.flatMap((arm) => arm.runs))
  const quiet = runs.filter(({ underLoad, foreign }) => !underLoad && foreign !== undefined).length
  const { machine, date, commit } = result
  // Where versions are compared each row says which it is.
  const node = / --node /.test(result.command) ? `by Node ${machine.node}` : `Node ${machine.node}`
  const where = `${machine.cpu}, ${machine.cores} cores, ${node}${commit ? `, commit ${commit}` : ""}, ${date.slice(0, 10)}; ${quiet} of ${runs.length} runs were quiet${result.interrupted ? "; it was cut off" : ""}.`
  return [
    "",
    `\`npm run -s ${commandOf(result).replace(/^outlive/, "outlive --")}\`, kept in [results/${name}.json](results/${name}.json):`,
    "",
    figures(experiment, metrics),
    "",
    where,
    "",
  ].join("\n")
}

/** The ratios that a result claims, each way round. */
export function ratiosOf(result, name) {
  const all = experimentOf(result, name).claims.flatMap(({ ratio }) => (ratio ? [ratio.median] : []))
  return all.flatMap((ratio) => [ratio, 1 / ratio])
}

/** Whether a number as it is written, "1.7", is one of these, rounded as it is. */
export function isOneOf(written, values) {
  const text = written.replaceAll(",", "")
  const places = text.split(".")[1]?.length ?? 0
  return values.some((value) => value.toFixed(places) === text)
}

export function experimentOf({ experiments = [] }, name) {
  const found = experiments.find((one) => one.name === name) ?? experiments[0]
  if (found === undefined) throw new Error(`results/${name}.json has no experiment`)
  return found
}
