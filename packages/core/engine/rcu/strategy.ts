/**
 * The reclamation scheme of this build: `epoch.ts` tells what a scheme is. A build with another one is given another file here
 * (`scripts/strategies.mjs`).
 */
export * from "./strategies/epochs"

/** In each heap's layout: two builds with different schemes refuse each other's. */
export const ID: i32 = 0
