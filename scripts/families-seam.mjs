/**
 * Where a build is made without families: `families.ts` and the files called `kinds` of the engine are what asks of containers,
 * shared objects, schedulers, primitives and what modules bring beside their ops, and `lifetime.ts` is what asks how fences live. Here others
 * stand in their place. So such a build has nothing of all that, and no branch for it.
 */

/** By what a build carries: what it begins with, what stands instead of `families.ts`, and its `Families` (`layout/header.ts`). */
const LESS = {
  fences: { entry: "fences.ts", families: "./families/fences", number: 1 },
  sync: { entry: "primitives.ts", families: "./families/sync", number: 2 },
}
const ALL = 3

/** What stands instead of other files in each of them. */
const OTHERS = {
  "action-kinds.ts": "./no-action-kinds",
  "fence/kinds.ts": "./no-kinds",
  "issuer/kinds.ts": "./no-kinds",
  "lifetime.ts": "./independent",
}

/** What can be left out: with each of these a page has a smaller engine. */
export const SMALLER = Object.keys(LESS)

/** What a build that carries this knows as `FAMILIES`. */
export function numberOf(families = "all") {
  return LESS[families]?.number ?? ALL
}

/** What a build that carries this begins with: what it exports. */
export function entryOf(families) {
  return LESS[families]?.entry ?? "index.ts"
}

/** The text of a file, by its name within the engine, that is another in such a build; undefined for all others. */
export function sourceOfFamilies(families, name) {
  if (!Object.hasOwn(LESS, families)) return undefined
  const other = name === "families.ts" ? LESS[families].families : OTHERS[name]
  return other && `export * from "${other}"\n`
}
