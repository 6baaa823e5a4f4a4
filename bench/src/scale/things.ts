/** What there can be many of. */
export const THINGS = ["fences", "promises", "threads"] as const
export type Thing = (typeof THINGS)[number]

/** Promises: each has an object of the runtime's, half a kilobyte. Threads: seats of a heap. */
export const MOST: Readonly<Record<Thing, number>> = { fences: 1_000_000, promises: 100_000, threads: 64 }
/** Fewer are over before the clock can tell. */
export const LEAST: Readonly<Record<Thing, number>> = { fences: 100, promises: 100, threads: 1 }
