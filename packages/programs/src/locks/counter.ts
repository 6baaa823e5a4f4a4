/** All add to a word under one lock, as only somebody who is alone can: by a load and a store. */
import { defineProgram, must, total } from "../program.js"

const LOCK = 0
const COUNT = 1

export const counter = defineProgram({
  name: "counter",
  claim: "One thread holds the lock; whoever waits for it gets it in the end.",
  about: "locks",
  invariants: ["L1"],
  needs: { excludes: true },
  symmetric: true,
  threads: [
    {
      name: "adder",
      play({ engine, record, cell, read, write }) {
        const [lock, count] = [cell(LOCK), cell(COUNT)]
        return () => {
          engine.lock(record, lock)
          write(count, read(count) + 1)
          engine.unlock(record, lock)
        }
      },
    },
  ],
  sizes: [
    { threads: 2, turns: 1 },
    { threads: 2, turns: 2 },
    { threads: 3, turns: 1 },
  ],
  check({ cell, read }, _, ends) {
    const { turns, died } = total(ends)
    const lost = (turns | 0) - read(cell(COUNT))
    // Who died may have added already.
    must(-died <= lost && lost <= 0, `Of ${turns} additions ${lost} were lost`)
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
