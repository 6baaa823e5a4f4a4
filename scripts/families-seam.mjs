/**
 * Where a build is made without families: `families.ts` and `fence/kinds.ts` of the engine are what asks of containers, shared objects
 * and schedulers, and here others stand in their place. So such a build has nothing of them, and no branch for them.
 */

/** What such a build begins with: what it exports. */
export const WITHOUT_FAMILIES = "fences.ts"

const INSTEAD = { "families.ts": "./families/none", "fence/kinds.ts": "./no-kinds" }

/** The text of a file, by its name within the engine, that is another in such a build; undefined for all others. */
export function sourceWithoutFamilies(name) {
  return Object.hasOwn(INSTEAD, name) ? `export * from "${INSTEAD[name]}"\n` : undefined
}
