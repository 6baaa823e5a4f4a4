/**
 * The JavaScript builds of the engine, over any shared memory: for explorers, debuggers and broken twins.
 * Addresses in, numbers out; the enums of the layout say where things are.
 */
export { instantiate as checkedEngine } from "../built/checked-js.js"
export * as layout from "../built/layout.js"
export { instantiate as releaseEngine } from "../built/release-js.js"
export { instantiate as stepwiseEngine } from "../built/stepwise-js.js"
export type { Engine, EngineFactory, EngineHost } from "./host/engine.js"
