/** A deterministic explorer of interleavings. */
export type * from "./model.js"
export { assume, relax, until } from "./platform/atomics.js"
export { explore } from "./explore.js"
export { exploreAsync, replayAsync } from "./explore-async.js"
export { exploreParallel, importModel, type ModelSource, type ParallelOptions } from "./workers/parallel.js"
export {
  linearizable,
  type Linearizable,
  type LinearizableFailure,
  type LinearizableOptions,
  type LinearizablePass,
  type LinearizableResult,
} from "./linearizability/linearizable.js"
export { scenarioModel, type Operation, type Subject } from "./linearizability/model.js"
export type { Sequential } from "./linearizability/history.js"
export { reportLinearizable } from "./linearizability/report.js"
export type { Call, Scenario } from "./linearizability/scenario.js"
export { ExploreError, type RefusalCode } from "./refusal.js"
export { replay } from "./replay.js"
export { replayOnWorkers } from "./workers/replay-on-workers.js"
export { reportHtml } from "./reports/html.js"
export { describe as describeStep, report } from "./reports/report.js"
