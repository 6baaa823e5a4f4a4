/** Some wait for a lock, others only try: what both have added must be there. */
import { defineProgram, total } from "../program.js"
import { ADDED, COUNT, LOCK, adder, mustCount } from "./adding.js"

const REFUSED = 0

export const tryLock = defineProgram({
  name: "trying",
  claim: "tryLock never waits, and never lets two in.",
  about: "locks",
  invariants: ["L1"],
  needs: { excludes: true, tries: true },
  threads: [
    adder,
    {
      name: "trier",
      sides: ["refused", "taken"],
      play({ engine, record, cell, read, write }) {
        const [lock, count] = [cell(LOCK), cell(COUNT)]
        return () => {
          if (!engine.tryLock(record, lock)) return REFUSED
          write(count, read(count) + 1)
          engine.unlock(record, lock)
          return ADDED
        }
      },
    },
  ],
  sizes: [
    { threads: 2, turns: 1 },
    { threads: 2, turns: 2 },
    { threads: 3, turns: 1, preemptions: 2 },
  ],
  check(place, _, ends) {
    const { sum, died } = total(ends)
    mustCount(place, sum, died)
  },
  twins: [
    {
      id: "P3",
      sentence: "who tries is let in without a claim",
      file: "locks/owner-word.ts",
      from: "  return compareExchange(word, FREE, peek(thread + Thread.id)) == FREE ? 1 : 0\n",
      to: "  if (load(word) != FREE) return 0\n  store(word, peek(thread + Thread.id))\n  return 1\n",
    },
  ],
})
