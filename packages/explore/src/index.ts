/** A deterministic explorer of interleavings. */
export type * from "./model.js"
export { explore } from "./thin.js"
