/**
 * Readers look at what a slot points to, twice in one section; writers put something else there, wait for a grace period,
 * and destroy what was there before. Each writer has a slot of its own, and two words that take turns in it.
 */
import { type Place, defineProgram, must } from "../program.js"

const ALIVE = 7
const GONE = -1
/** A slot and its two words. */
const WORDS = 3

const slotOf = ({ cell }: Place, writer: number) => cell(WORDS * writer)
const dataOf = ({ cell }: Place, writer: number, which: number) => cell(WORDS * writer + 1 + which)
const writersAmong = (threads: number) => Math.max(1, threads >> 1)

export const readers = defineProgram<number>({
  name: "readers",
  claim: "What a read section has found stays until it ends.",
  about: "reclamation",
  invariants: ["R1"],
  needs: { reclaims: true, cells: (threads) => WORDS * writersAmong(threads) },
  threads: [
    {
      name: "reader",
      play(place, writers) {
        const { engine, record, index, read } = place
        let turn = index >> 1
        return () => {
          engine.readLock(record)
          const at = engine.dereference(record, slotOf(place, turn++ % writers))
          let seen = read(at)
          if (seen === ALIVE) seen = read(at)
          engine.readUnlock(record)
          must(seen === ALIVE, "A reader saw what was destroyed")
        }
      },
    },
    {
      name: "writer",
      play(place, writers) {
        const { engine, record, index, write } = place
        const writer = (index >> 1) % writers
        const slot = slotOf(place, writer)
        let which = 0
        return () => {
          const data = dataOf(place, writer, which)
          const next = dataOf(place, writer, (which ^= 1))
          write(next, ALIVE)
          engine.replace(slot, next)
          engine.synchronize(record)
          write(data, GONE)
        }
      },
    },
  ],
  sizes: [
    { threads: 2, turns: 1 },
    { threads: 2, turns: 2, preemptions: 2 },
    { threads: 3, turns: 1, preemptions: 2 },
  ],
  prepare(place, threads) {
    const writers = writersAmong(threads)
    for (let i = 0; i < writers; i++) {
      place.write(dataOf(place, i, 0), ALIVE)
      place.engine.publish(slotOf(place, i), dataOf(place, i, 0))
    }
    return writers
  },
  twins: [
    {
      id: "P5",
      sentence: "the epoch moves on past readers",
      file: "rcu/strategies/epochs.ts",
      from: "  if (laggard(epoch) != Address.None) return false\n",
      to: "",
    },
  ],
})
