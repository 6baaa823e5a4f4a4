/** The public API: races as data, and their results; what else starts threads takes its start line and its chance from here. */
export {
  DANGLING,
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
export type { OopsKind, OopsReport, RoleReport, Violation } from "./messages.js"
export { type LabRaceOptions, type LabRaceResult, runLabRace } from "./lab/race.js"
export { Random } from "./random.js"
export { type RaceOptions, type RaceProgress, runRace } from "./race.js"
export { Control } from "./control.js"
export { Ledger } from "./programs/ledger.js"
export { AT_ACCESSES, BETWEEN_OPERATIONS, type Perturbation, delayer, perturbedAtomics, sleep } from "./perturbation.js"
export {
  type AnyScenario,
  type Complain,
  type Direction,
  type Role,
  type Scenario,
  deal,
  defineRole,
  defineScenario,
  rolesOf,
} from "./scenario.js"
export { Stage } from "./stage.js"
export { scenariosFor } from "./scenarios-for.js"
export { oopsesIn } from "./oopses.js"
export { leaksIn } from "./closing.js"
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
export { ThreadPool } from "./thread-pool.js"
export { StartLine } from "./start-line.js"
export { engineWith, isWebAssembly, kindOfForeign, loadForeign } from "./programs/foreign.js"
export { NOBODY, foreignWord, heapFor, issuer, placeOn } from "./programs/place.js"
export type { RaceResult } from "./verdict.js"
