/** `@outlive/core/all-worker` in a page: all of the API without any engine, for whoever is sent one with the heap, whatever that carries. */
import "./parts.js"

export * from "../api.js"
