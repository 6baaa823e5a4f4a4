/** Says what is wrong with an experiment before anything is measured. */
import type { Experiment, Hypothesis, Value } from "./experiment.js"
import { type Axis, NODE_AXIS, type Rig } from "./rig.js"
import { isCalled, rigOf } from "./nodes.js"
import { RIGS } from "./rigs.js"

/** @throws RangeError that names the place, and says what there is */
export function assertExperiment(given: unknown, where: string): Experiment {
  const wrong = whatIsWrong(given)
  if (wrong !== undefined) throw new RangeError(`The experiment in ${where} ${wrong}`)
  return given as Experiment
}

function whatIsWrong(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null)
    return `is ${String(given)}: export const experiment = defineExperiment({ … })`
  const { name, question, over, axes, metric, hypotheses = [] } = given as Partial<Experiment>
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]*$/.test(name))
    return `has the name ${JSON.stringify(name)}: small letters, digits and hyphens are needed`
  if (typeof question !== "string") return "has no question: say in a sentence what is asked"
  if (typeof over !== "string" || !Object.hasOwn(RIGS, over))
    return `is over ${JSON.stringify(over)}: one of ${Object.keys(RIGS).join(", ")} is needed`
  if (typeof axes !== "object" || axes === null) return 'has no axes: like { lock: ["ticket"], threads: [1, 2] }'
  const rig = rigOf({ over, axes })
  for (const [axis, values] of Object.entries(axes)) {
    const wrong = wrongAxis(rig, axis, values)
    if (wrong !== undefined) return wrong
  }
  if (metric !== undefined && !hasMetric(rig, metric)) return `compares ${JSON.stringify(metric)}: ${metricsOf(rig)}`
  if (!Array.isArray(hypotheses)) return "has hypotheses that are no list"
  return hypotheses.map((one: Hypothesis, i) => wrongHypothesis(rig, axes, one, i)).find((wrong) => wrong !== undefined)
}

function wrongAxis(rig: Rig, name: string, values: unknown): string | undefined {
  if (!Object.hasOwn(rig.axes, name))
    return `has an axis ${JSON.stringify(name)}: there are ${Object.keys(rig.axes).join(", ")}`
  if (!Array.isArray(values) || values.length === 0) return `has no values for the axis "${name}"`
  const wrong = (values as Value[]).find((value) => !fits(rig.axes[name]!, value))
  if (wrong !== undefined) return `has ${JSON.stringify(wrong)} on the axis "${name}": ${neededFor(rig.axes[name]!)}`
  return new Set(values).size < values.length
    ? `has a value twice on the axis "${name}": an A/A row is made without`
    : undefined
}

function fits({ between, words, matches }: Axis, value: Value): boolean {
  if (matches) return matches.test(String(value))
  if (between) return Number.isInteger(value) && Number(value) >= between[0] && Number(value) <= between[1]
  return typeof value === "string" && (words === undefined || words.includes(value))
}

function neededFor({ between, words, wants }: Axis): string {
  if (wants !== undefined) return wants
  if (between) return `a whole number from ${between[0]} to ${between[1]} is needed`
  return words ? `one of ${words.join(", ")} is needed` : "a word is needed"
}

function wrongHypothesis(
  rig: Rig,
  axes: Experiment["axes"],
  { says, metric, of, over, atLeast, atMost }: Hypothesis,
  at: number,
): string | undefined {
  const which = `has a hypothesis (${at}) that`
  if (typeof says !== "string") return `${which} says nothing: a sentence is needed`
  if (!hasMetric(rig, metric)) return `${which} is about ${JSON.stringify(metric)}: ${metricsOf(rig)}`
  for (const place of [of, over]) {
    const unknown = Object.keys(place ?? {}).find((axis) => !Object.hasOwn(rig.axes, axis))
    if (place === undefined || unknown !== undefined)
      return `${which} needs two places, with axes of ${Object.keys(rig.axes).join(", ")}`
    // Else it would be told after all has been measured that this was not.
    for (const [axis, value] of Object.entries(place)) {
      const measured = axes[axis] ?? rig.axes[axis]!.usual.slice(0, 1)
      if (!measured.some((one) => (axis === NODE_AXIS ? isCalled(one, value) : one === value)))
        return `${which} is about ${JSON.stringify(value)} on the axis "${axis}": measured are ${measured.join(", ")}`
    }
  }
  const limits = [atLeast, atMost].filter((limit) => limit !== undefined)
  return limits.length === 1 && limits[0]! > 0 ? undefined : `${which} needs one limit above 0: atLeast or atMost`
}

const hasMetric = (rig: Rig, name: string) => rig.metrics.some((metric) => metric.name === name)
const metricsOf = (rig: Rig) => `there are ${rig.metrics.map(({ name }) => name).join(", ")}`
