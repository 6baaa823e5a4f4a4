/**
 * Locks that no fence could have in its record, and the engine itself none of: they take more than one word, or lend their words for good.
 * One line each, and the file of that name in `packages/core/engine/locks/external/`. A build has one when it is asked for
 * (`buildExternalLock` of `strategies.mjs`), beside the package's own lock, and exports its functions.
 */
export const EXTERNAL_LOCKS = [
  { name: "clh", about: "a queue whose nodes wander (Craig 1993; Landin & Hagersten 1994)" },
  { name: "k42-mcs", about: "MCS with the lock as the holder's node (K42, 2003)" },
  { name: "reciprocating", about: "a stack, taken whole and served from its top (Dice & Kogan 2025)" },
  { name: "twa", about: "a ticket lock with a waiting array (Dice & Kogan 2019)" },
  { name: "fissile", about: "test-and-set, and a queue behind it (Dice & Kogan 2020)" },
]
