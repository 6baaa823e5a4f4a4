/** What `@outlive/core` is in a page: the API, and the build that is used by default. */
import "./release.js"

export * from "../api.js"
