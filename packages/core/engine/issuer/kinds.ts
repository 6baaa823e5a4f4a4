/**
 * What modules bring beside their ops, and is asked of where modules and timelines are made and go. A build with less has none of it, and
 * there `no-kinds.ts` stands in the place of this file (`scripts/families-seam.mjs`).
 */
export { borrowLock } from "./shared-lock"
export { countSlabs } from "./slab"
