/** Each fence raced over by all threads at the same moment: few ways to come upon it, and very many fences. */
import { clearSlots } from "../roles/fences/clear-slots.js"
import { issuers } from "../roles/fences/issuers.js"
import { rival } from "../roles/tight/rival.js"
import { Ground, type Tight } from "../roles/tight/ground.js"
import { defineScenario } from "../scenario.js"

/** Fences in a round. */
const SLOTS = 512

export const tight = defineScenario<Tight>({
  name: "tight",
  about: "All threads come to each fence at the same moment: a million fences in some seconds.",
  cast: { first: [rival, rival], more: [rival] },
  leastThreads: 2,
  lifetimes: ["independent"],
  settings: { slots: SLOTS },
  standsNoDeath: "each thread waits for all others at every fence",
  modules: issuers,
  capacities: ({ slots, flavour }, threads) => ({
    fences: 8 * slots + 256,
    callbacks: threads * slots + 256,
    modules: 64,
    timelines: 256,
    cells: slots + threads,
    trace: flavour === "checked" ? 256 : 0,
  }),
  setup(referee) {
    return { tokens: { words: Ground.wordsFor(referee.cast.length) }, end: () => clearSlots(referee) }
  },
})
