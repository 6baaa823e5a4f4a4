/** What a reader must know before believing figures: how many runs were disturbed, and which processors they ran on. In words, for page and Markdown. */
import type { Experiment } from "./schema/measured.js"
import type { Machine } from "./schema/result.js"

/** How many processes counted, which did not, and of which nobody knows. */
export function trustOf(experiment: Experiment): string[] {
  const { rejected, evenUnderLoad } = experiment
  // A heat map is made of runs that other pictures have.
  const groups = experiment.groups.filter(({ picture }) => picture !== "heat")
  const runs = groups.flatMap(({ arms }) => arms.flatMap((arm) => arm.runs))
  const loaded = runs.filter(({ underLoad }) => underLoad).length
  const unknown = runs.filter(({ foreign }) => foreign === undefined).length
  return [
    `${runs.length} processes counted, ${rejected.length} rejected because something else ran on the machine meanwhile.`,
    ...(loaded > 0
      ? [
          `${loaded} counted under load, because no attempt was quiet: ${evenUnderLoad ? "conclusions are drawn from those as well, as was asked, and none is to be published" : "nothing is concluded from those"}.`,
        ]
      : []),
    ...(unknown > 0 ? [`Of ${unknown} it is not known whether the machine was quiet.`] : []),
    ...(experiment.interrupted ? ["It was interrupted: what there is is a part."] : []),
  ]
}

/** What the system does not tell is said to be so: who reads figures must know whether two threads shared a core. */
export function processorsOf({ cores, threadsPerCore, clockMHz }: Machine): string {
  const siblings =
    threadsPerCore === undefined
      ? "SMT siblings not told"
      : threadsPerCore === 1
        ? "no SMT siblings"
        : `SMT: ${threadsPerCore} to a core`
  return `${cores} cores, ${siblings}, ${clockMHz === undefined ? "clock not told" : `${clockMHz} MHz`}`
}
