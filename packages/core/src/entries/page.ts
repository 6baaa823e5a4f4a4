/** What `@outlive/core` is in a page: the API, and the build that is used by default, which has no families (`host/families.ts`). */
import "./fences.js"

export * from "../api.js"
