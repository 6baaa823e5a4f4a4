/** An experiment as data: a question, axes, and hypotheses that the measurements can hold or refute. A file may export one. */
import type { RIGS } from "./rigs.js"

export type Value = string | number
/** Where something is measured: a value for each axis. */
export type Place = Readonly<Record<string, Value>>

export type RigName = keyof typeof RIGS

export interface Experiment {
  /** Small letters, digits and hyphens. */
  readonly name: string
  readonly title?: string
  /** What is asked, as a sentence. */
  readonly question: string
  /** What is run: `locks`, `fences`, `pairs`, `reclamation`, `wake`, `scale`, `channels`, `peers`, `native` or `native-locks`; it says which axes and which metrics there are. */
  readonly over: RigName
  /** Every combination is measured. An axis that is left out has the one value that its rig prefers; `node` (major versions) is one of each rig's. */
  readonly axes: Readonly<Record<string, readonly Value[]>>
  /** By this metric arms are compared with the first one. Default: the rig's first. */
  readonly metric?: string
  readonly hypotheses?: readonly Hypothesis[]
}

/** "ticket is fairer than spin": the metric at one place, divided by the same at another. */
export interface Hypothesis {
  /** As a sentence that can be true or false. */
  readonly says: string
  readonly metric: string
  /** Both must be measured. Of axes that neither of them names every value is tried, each with a verdict of its own. */
  readonly of: Place
  readonly over: Place
  /** What the ratio must be. Exactly one of both; 1 asks for a difference. */
  readonly atLeast?: number
  readonly atMost?: number
}

/** Checks the type, and leaves everything as it is. */
export function defineExperiment(experiment: Experiment): Experiment {
  return experiment
}
