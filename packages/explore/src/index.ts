/** A deterministic explorer of interleavings. */
export type * from "./model.js"
export { relax } from "./atomics.js"
export { explore } from "./explore.js"
