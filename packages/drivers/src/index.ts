/** The public API: fence types of drivers, races over them, and the table of lifetimes. */
export { FENCE_TYPES } from "./all.js"
export { type Cell, type CellOptions, type Outcome, SCENARIOS_URL, judged, raceCell } from "./cell.js"
export { type FenceType, type Form, titleOf } from "./fence-type.js"
export { scenarios as DRIVER_RACES } from "./scenarios.js"
export { type Expected, expectedOf, isAsExpected } from "./expected.js"
export { cellInWords, rowOf, tableOf } from "./table.js"
export { tableInMarkdown, withTable } from "./markdown.js"
export { variationFor } from "./variation.js"
