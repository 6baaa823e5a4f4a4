/**
 * The explorer in a page or its worker: `@outlive/explore/browser`. What asks the platform to run microtasks at will, or starts threads
 * of Node's (`exploreAsync`, `exploreParallel`, `replayOnWorkers`), is not here; models and schedules are those of Node.
 */
import "./needs.js"

export type * from "../model.js"
export { assume, relax, until } from "../platform/atomics.js"
export { explore } from "../explore.js"
export { ExploreError, type RefusalCode } from "../refusal.js"
export { replay } from "../replay.js"
export { reportHtml } from "../reports/html.js"
export { describe as describeStep, report } from "../reports/report.js"
