/**
 * The reader–writer locks there are: one line each, and the file of that name in `packages/core/engine/locks/rw/`. The engine itself
 * uses none of them: a build has one when it is asked for (`buildRwLock` of `strategies.mjs`), and exports its functions.
 */

/** `optimistic`: readers begin anew instead of keeping writers out. */
export const RW_LOCKS = [
  { name: "counter", optimistic: false, about: "readers are counted in the word; readers first" },
  {
    name: "phase-fair",
    optimistic: false,
    about: "readers and writers take turns, by tickets (Brandenburg & Anderson 2010)",
  },
  {
    name: "bravo",
    optimistic: false,
    about: "the counter, and while no writer comes, readers write only what is their own (Dice & Kogan 2019)",
  },
  { name: "seqlock", optimistic: true, about: "readers look at the version before and after, and write nothing" },
]
