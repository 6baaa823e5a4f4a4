/** What `@outlive/core` is in Node: the API with every build of the engine, since nothing is sent over a network. */
import "./entries/checked.js"
import "./entries/checked-js.js"
import "./entries/heap-check.js"
import "./entries/js.js"
import "./entries/release.js"

export * from "./api.js"
