/** All add to a word under one lock, as only somebody who is alone can: by a load and a store. */
import { defineProgram, total } from "../program.js"
import { adder, mustCount } from "./adding.js"

export const counter = defineProgram({
  name: "counter",
  claim: "One thread holds the lock; whoever waits for it gets it in the end.",
  about: "locks",
  invariants: ["L1"],
  needs: { excludes: true },
  symmetric: true,
  threads: [adder],
  sizes: [
    { threads: 2, turns: 1 },
    { threads: 2, turns: 2 },
    { threads: 3, turns: 1 },
  ],
  check(place, _, ends) {
    const { turns, died } = total(ends)
    mustCount(place, turns, died)
  },
  twins: [
    {
      id: "P1",
      sentence: "whoever has seen the lock free goes in, without a claim that one thread wins",
      lock: "ttas",
      file: "locks/strategies/ttas.ts",
      from: "    if (seen == FREE && compareExchange(word, FREE, me) == FREE) return\n",
      to: "    if (seen == FREE) return void compareExchange(word, FREE, me)\n",
    },
    {
      id: "P2",
      sentence: "a number is drawn, and read afterwards",
      lock: "ticket",
      file: "locks/strategies/ticket.ts",
      from: "  let seen = add(word, ONE_DRAWN)\n",
      to: "  add(word, ONE_DRAWN)\n  let seen = load(word) - ONE_DRAWN\n",
    },
  ],
})
