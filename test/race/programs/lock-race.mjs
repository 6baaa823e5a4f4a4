// The trial of a lock in a race: threads add under it, as only somebody who is alone can; additions that are lost are objected to.
import { LOCKS, guardedCells } from "./bare-memory.mjs"
import { raceBare } from "./bare-race.mjs"

/** `{ engineUrl, threads, rounds, spins, seed }`: what was seen that no lock may show. */
export function play(task) {
  return raceBare({ ...task, racer: "lock-racer.mjs" }, (reports, words) =>
    guardedCells(words).flatMap(({ counter }, i) => {
      const expected = reports.reduce((sum, { additions }) => sum + additions[i], 0)
      const found = words[counter >> 2]
      return found === expected
        ? []
        : [`${expected - found} of ${expected} additions were lost under lock ${i} of ${LOCKS}`]
    }),
  )
}
