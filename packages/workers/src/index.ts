/** The public API: races as data, and their results. */
export type { OopsReport, RoleReport, Violation } from "./messages.js"
export { runRace, type Death, type RaceOptions, type RaceProgress, type RaceResult } from "./race.js"
export {
  DEFAULTS,
  ROLE_NAMES,
  castOf,
  castWithContainers,
  type Mishap,
  type RoleName,
  type Scenario,
} from "./scenario.js"
