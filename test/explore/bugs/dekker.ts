/**
 * Raise your own flag, then look at the other's: not both can see nothing. Unless the flag is raised by a plain store: that
 * may be seen late, and is a data race with the other's look.
 */
import type { Model } from "@outlive/explore"

const INSIDE = 2

function model(name: string, raise: (cells: Int32Array, me: number) => void): Model<Int32Array> {
  const thread = (me: number) => (cells: Int32Array) => {
    raise(cells, me)
    if (Atomics.load(cells, 1 - me) !== 0) return "out"
    if (Atomics.add(cells, INSIDE, 1) !== 0) throw new Error("there are two inside")
    return "in"
  }
  return {
    name,
    memory: 12,
    cells: { flag: { at: 0, count: 2 }, inside: 8 },
    setup: (memory) => new Int32Array(memory),
    threads: [thread(0), thread(1)],
  }
}

export const broken = model("Dekker's flags, one raised plainly", (cells, me) => {
  if (me === 0) cells[me] = 1
  else Atomics.store(cells, me, 1)
})

export const fixed = model("Dekker's flags", (cells, me) => {
  Atomics.store(cells, me, 1)
})
