/**
 * What makes the builds of `@outlive/strategies` (`scripts/prebuild.mjs`): the code of the command itself, so that what it looks for when it
 * is installed is what was made.
 */
export {
  LAB_OF_FENCES,
  LOCKS,
  SCHEMES,
  buildEngine,
  buildExternalLock,
  buildLab,
  buildRwLock,
  buildTraced,
  buildWith,
  sourcesNow,
} from "../../../scripts/strategies.mjs"
