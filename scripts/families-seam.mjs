/**
 * Where a build is made without families: `families.ts` and `fence/kinds.ts` of the engine are what asks of containers, shared objects,
 * schedulers and primitives, and here others stand in their place. So such a build has nothing of them, and no branch for them.
 */

/** By what a build carries: what it begins with, and what stands instead of `families.ts`. */
const LESS = {
  fences: { entry: "fences.ts", families: "./families/fences" },
  sync: { entry: "primitives.ts", families: "./families/sync" },
}

/** What can be left out: with each of these a page has a smaller engine. */
export const SMALLER = Object.keys(LESS)

/** What a build that carries this begins with: what it exports. */
export function entryOf(families) {
  return LESS[families]?.entry ?? "index.ts"
}

/** The text of a file, by its name within the engine, that is another in such a build; undefined for all others. */
export function sourceOfFamilies(families, name) {
  if (!Object.hasOwn(LESS, families)) return undefined
  if (name === "families.ts") return `export * from "${LESS[families].families}"\n`
  return name === "fence/kinds.ts" ? 'export * from "./no-kinds"\n' : undefined
}
