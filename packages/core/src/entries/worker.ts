/** `@outlive/core/worker` in a page: the API without any engine, for whoever is sent one with a heap of fences, or of primitives. */
import "./transfers.js"

export * from "../api.js"
