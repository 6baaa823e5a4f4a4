/** The public API: races as data, and their results; what else starts threads takes its start line and its chance from here. */
export {
  FENCE_LOCKS,
  ENGINES,
  FLAVOURS,
  LIFETIMES,
  LOCKS,
  numberFrom,
  oneOf,
  refuseOtherKeys,
  trueOrFalse,
  wholeFrom,
} from "./choices.js"
export type { Death } from "./crew.js"
export type { OopsReport, RoleReport, Violation } from "./messages.js"
export { type LabRaceOptions, type LabRaceResult, runLabRace } from "./lab/race.js"
export { AT_ACCESSES, type Perturbation, delayer, perturbedAtomics } from "./perturbation.js"
export { Random } from "./random.js"
export { type RaceOptions, type RaceProgress, runRace } from "./race.js"
export { deal, rolesOf } from "./scenario.js"
export { SCENARIOS } from "./scenarios/all.js"
export {
  DEFAULTS,
  type GivenSettings,
  MISHAPS,
  MOST_SECONDS,
  MOST_SLOTS,
  MOST_THREADS,
  type Mishap,
  SEEDS,
  type Settings,
  settingsOf,
} from "./settings.js"
export { StartLine } from "./start-line.js"
export type { RaceResult } from "./verdict.js"
