/** Whether an object that threads share does what one thread would see it do. */
export type {
  Linearizable,
  LinearizableFailure,
  LinearizableOptions,
  LinearizablePass,
  LinearizableResult,
} from "./linearizable.js"
export type { Operation } from "./model.js"
export type { Sequential } from "./history.js"
export type { Call, Scenario } from "./scenario.js"
export { linearizable } from "./linearizable.js"
export { reportLinearizable } from "./report.js"
