/** What there can be many of. */
export const THINGS = ["fences", "promises", "threads", "modules"] as const
export type Thing = (typeof THINGS)[number]

/**
 * Promises: each has an object of the runtime's, half a kilobyte. Threads: a heap has 1,024 seats, and one is taken. Modules: to load one, the
 * names of all are looked through, so twice as many take four times as long.
 */
export const MOST: Readonly<Record<Thing, number>> = {
  fences: 1_000_000,
  promises: 100_000,
  threads: 1_023,
  modules: 4_000,
}
/** Fewer are over before the clock can tell. */
export const LEAST: Readonly<Record<Thing, number>> = { fences: 100, promises: 100, threads: 1, modules: 10 }

/** Why there cannot be so many of it; undefined if there can. */
export function whyNot(thing: Thing, count: number): string | undefined {
  if (count > MOST[thing])
    return `of ${thing} there are ${MOST[thing].toLocaleString("en")} at most${thing === "threads" ? " (the seats of a heap, but one)" : ""}`
  return count < LEAST[thing] ? `of ${thing} ${LEAST[thing]} at least are timed` : undefined
}
