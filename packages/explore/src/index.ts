/** A deterministic explorer of interleavings. */
export type * from "./model.js"
export { relax } from "./atomics.js"
export { explore } from "./explore.js"
export { exploreParallel } from "./parallel.js"
export { ExploreError, type RefusalCode } from "./refusal.js"
export { replay } from "./replay.js"
export { replayOnWorkers } from "./replay-on-workers.js"
export { report } from "./report.js"
