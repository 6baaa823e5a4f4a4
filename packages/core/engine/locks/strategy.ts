/**
 * The one line that says which lock this build is made with. `scripts/build-engine.mjs` puts another file's name here, and
 * its number; as it stands, this is the build that the package brings along.
 */
export * from "./strategies/spin-or-sleep"

/** Part of the heap's layout: two builds that lock in different ways must not meet in one heap. */
export const ID: i32 = 0
