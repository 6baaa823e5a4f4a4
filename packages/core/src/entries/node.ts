/** What `@outlive/core` is in Node: the API with every build of the engine, since nothing is sent over a network. */
import "./checked.js"
import "./checked-js.js"
import "./heap-check.js"
import "./js.js"
import "./release.js"

export * from "../index.js"
