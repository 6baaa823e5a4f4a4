/** Results in; a page, tables, pictures or a trace out. */
export { page } from "./page/page.js"
export { pictures } from "./pictures.js"
export type { Arm, Claim, Experiment, Group, Metric, Run } from "./schema/measured.js"
export type { Exploration, LifetimeCell, Race, ScheduleStep } from "./schema/raced.js"
export { ResultError, readResult } from "./schema/read.js"
export { type Head, type Machine, type Result, ResultSchema, SCHEMA, VERSION } from "./schema/result.js"
export { csv } from "./tables/csv.js"
export { markdown } from "./tables/markdown.js"
