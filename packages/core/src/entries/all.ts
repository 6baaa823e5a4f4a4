/** `@outlive/core/all` in a page: the API, and the build that has every family of fences and objects. */
import "./release.js"

export * from "../api.js"
