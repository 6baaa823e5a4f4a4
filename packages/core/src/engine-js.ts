/**
 * The JavaScript builds of the engine, over any shared memory: for explorers, debuggers and broken twins.
 * Addresses in, numbers out; the enums of the layout say where things are. The build in which each access is a step is in `stepwise`.
 *
 * `adoptBuild` is for another WebAssembly build of the engine: before the first heap of its flavour is made or opened in a
 * thread. Whoever opens a heap of such a thread gets the build with it.
 */
export { instantiate as checkedEngine } from "../built/checked-js.js"
export * as layout from "../built/layout.js"
export { instantiate as releaseEngine } from "../built/release-js.js"
export { type Engine, type EngineFactory, type EngineHost, adoptBuild } from "./host/engine.js"
export { type LifetimeName, type LifetimeSwitches, lifetimeBits } from "./memory/lifetimes.js"
export {
  type LabBuild,
  type LabEngine,
  type LabFactory,
  type LabHost,
  type LabMemory,
  type LabSizes,
  bytesOfLab,
  createLab,
  impatientAtomics,
  initializeLab,
  openLab,
} from "./host/lab.js"
