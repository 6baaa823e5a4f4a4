/** The measurements, for the command line. */
export type { RunOutput } from "./child.js"
export {
  runContended,
  type Comparison,
  type ContendedOptions,
  type ContendedResult,
  type Other,
} from "./contended/contended.js"
export { type Compared, claimOf } from "./contended/claim.js"
export { contendedExperiment } from "./contended/experiment.js"
export { formatContended } from "./contended/format.js"
export { exploreExperiment } from "./explore/experiment.js"
export { formatExplore, runExplore, type ExploreOptions, type ExploreResult } from "./explore/explore.js"
export { againstBaseline, formatBaseline } from "./experiments/baseline.js"
export { type Cell, cellsOf } from "./experiments/cells.js"
export {
  channelsExperiment,
  fencesExperiment,
  locksExperiment,
  nativeExperiments,
  nativeLocksExperiment,
  pairsExperiment,
  peersExperiment,
  scaleExperiments,
  schemesExperiment,
  wakeExperiment,
} from "./experiments/catalogue.js"
export { assertExperiment } from "./experiments/check.js"
export { type Experiment, type Hypothesis, type Place, defineExperiment } from "./experiments/experiment.js"
export { formatExperiment } from "./experiments/format.js"
export { type FoundNode, findNode, rigOf } from "./experiments/nodes.js"
export { outcomeOf } from "./experiments/outcome.js"
export { type Axis, NODE_AXIS, type Tools } from "./experiments/rig.js"
export { RIGS } from "./experiments/rigs.js"
export { type ExperimentOptions, type ExperimentResult, runExperiment } from "./experiments/run.js"
export { runFamily, type FamilyOptions, type FamilyResult } from "./family/family.js"
export { familyExperiment } from "./family/experiment.js"
export { formatFamily } from "./family/format.js"
export { runLifetimes, type LifetimesOptions, type LifetimesResult } from "./lifetimes/lifetimes.js"
export { lifetimesExperiment } from "./lifetimes/experiment.js"
export { formatLifetimes } from "./lifetimes/format.js"
export { lacking } from "./lacking.js"
export { foreignBetween, type Snapshot } from "./load.js"
export { type Machine, describeMachine } from "./machine.js"
export { microExperiment } from "./micro/experiment.js"
export { formatMicro } from "./micro/format.js"
export { runMicro, type MicroOptions, type MicroResult } from "./micro/micro.js"
export { reclamationExperiment } from "./reclamation/experiment.js"
export { formatReclamation } from "./reclamation/format.js"
export { runReclamation, type ReclamationOptions, type ReclamationResult } from "./reclamation/reclamation.js"
export { STRUCTURES as LAB_STRUCTURES } from "./reclamation/task.js"
export { type Thing, whyNot } from "./scale/things.js"
export { isDisturbed, runRounds, type Measurement, type Rounds, type Variant } from "./rounds.js"
export { pairedRatio, summarize } from "./statistics.js"
