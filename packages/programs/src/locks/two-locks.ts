/**
 * One thread holds two locks at once, and gives back first what it took first; others wait for one of them each. A queue is
 * wrong in ways that one lock, or two threads, never show.
 */
import { type Part, type Place, defineProgram, must } from "../program.js"

const FIRST = { lock: 0, count: 1 }
const SECOND = { lock: 2, count: 3 }

function addOne({ cell, read, write }: Place, { count }: typeof FIRST): void {
  write(cell(count), read(cell(count)) + 1)
}

const addIn = (name: string, which: typeof FIRST): Part<void> => ({
  name,
  play(place) {
    const { engine, record, cell } = place
    return () => {
      engine.lock(record, cell(which.lock))
      addOne(place, which)
      engine.unlock(record, cell(which.lock))
    }
  },
})

const both: Part<void> = {
  name: "in both",
  play(place) {
    const { engine, record, cell } = place
    return () => {
      engine.lock(record, cell(FIRST.lock))
      engine.lock(record, cell(SECOND.lock))
      addOne(place, FIRST)
      addOne(place, SECOND)
      engine.unlock(record, cell(FIRST.lock))
      engine.unlock(record, cell(SECOND.lock))
    }
  },
}

export const twoLocks = defineProgram({
  name: "two-locks",
  claim: "A thread that has two locks, each of which another waits for, gives each to whoever waits for it.",
  about: "locks",
  invariants: ["L1"],
  needs: { excludes: true },
  threads: [both, addIn("in the first", FIRST), addIn("in the second", SECOND)],
  sizes: [{ threads: 3, turns: 1, preemptions: 3 }],
  check({ cell, read }, _, ends) {
    for (const [which, other] of [
      [FIRST, "in the second"],
      [SECOND, "in the first"],
    ] as const) {
      const those = ends.filter(({ part }) => part !== other)
      const turns = those.reduce((sum, end) => sum + end.turns, 0)
      const lost = (turns | 0) - read(cell(which.count))
      const died = those.filter((end) => end.died).length
      must(-died <= lost && lost <= 0, `Of ${turns} additions ${lost} were lost`)
    }
  },
  twins: [
    {
      id: "P4",
      sentence: "release does not wait for the acknowledgement: the next grant overwrites this one",
      lock: "hemlock",
      file: "locks/strategies/hemlock.ts",
      from: "  awaitAcknowledgement(thread, word)\n}\n",
      to: "}\n",
    },
  ],
})
