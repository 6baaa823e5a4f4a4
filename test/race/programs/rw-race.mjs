// The trial of a reader–writer lock in a race: readers find two words equal, and no addition to them is lost.
import { cellIn } from "./bare-memory.mjs"
import { raceBare } from "./bare-race.mjs"
import { PAIR } from "./rw-pair.mjs"

export function play(task) {
  return raceBare({ ...task, racer: "rw-racer.mjs" }, (reports, words) => {
    const written = reports.reduce((sum, { writes }) => sum + writes, 0)
    const found = PAIR.map((index) => words[cellIn(words, index) >> 2])
    const lost = found.some((count) => count !== written)
      ? [`${written} were written, and ${found.join(" and ")} are there`]
      : []
    return [...reports.flatMap(({ seen }) => seen), ...lost]
  })
}
