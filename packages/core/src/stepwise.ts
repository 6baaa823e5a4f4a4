/**
 * The checked engine in JavaScript with every access atomic, so that each is a step: for explorers. A quarter of a megabyte, which no thread that
 * only races has to read.
 */
export { instantiate as stepwiseEngine } from "../built/stepwise-js.js"
