/** `@outlive/core/worker` in a page: the API without any engine, for whoever is sent one with the heap, and whatever that heap carries. */
import "./containers.js"

export * from "../api.js"
