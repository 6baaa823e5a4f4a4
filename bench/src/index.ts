/** The measurements, for the command line. */
export { runContended, type ContendedOptions, type ContendedResult } from "./contended/contended.js"
export { formatContended } from "./contended/format.js"
export { formatMicro } from "./micro/format.js"
export { runMicro, type MicroOptions, type MicroResult } from "./micro/micro.js"
export { foreignBetween } from "./load.js"
export { isDisturbed, type RunOutput } from "./rounds.js"
export { pairedRatio, summarize } from "./statistics.js"
