/** `@outlive/core/sync` in a page: the API, and the release build that also has the primitives of `@outlive/sync`. */
import "./transfers.js"
import { frequent, text } from "../../built/sync-packed.js"
import { provideWebAssembly } from "../host/builds.js"

export * from "../api.js"

provideWebAssembly("sync", { frequent, text })
