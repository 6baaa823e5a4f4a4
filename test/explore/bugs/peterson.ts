/**
 * Peterson's lock for two: raise your flag, then let the other go first. If the turn is given away before the flag is up,
 * the other may take its turn, see no flag and go in, and we follow because the turn is ours again.
 */
import { relax } from "@outlive/explore"
import type { Model } from "@outlive/explore"

const [FLAG, TURN, INSIDE] = [0, 2, 3] as const

function model(name: string, announce: (cells: Int32Array, me: number) => void): Model<Int32Array> {
  const thread = (me: number) => (cells: Int32Array) => {
    announce(cells, me)
    const other = 1 - me
    while (Atomics.load(cells, FLAG + other) === 1 && Atomics.load(cells, TURN) === other) relax()
    if (Atomics.add(cells, INSIDE, 1) !== 0) throw new Error("there are two inside")
    Atomics.sub(cells, INSIDE, 1)
    Atomics.store(cells, FLAG + me, 0)
  }
  return {
    name,
    memory: 16,
    cells: { flag: { at: 0, count: 2 }, turn: 8, inside: 12 },
    setup: (memory) => new Int32Array(memory),
    threads: [thread(0), thread(1)],
  }
}

export const broken = model("Peterson, turn first", (cells, me) => {
  Atomics.store(cells, TURN, 1 - me)
  Atomics.store(cells, FLAG + me, 1)
})

export const fixed = model("Peterson", (cells, me) => {
  Atomics.store(cells, FLAG + me, 1)
  Atomics.store(cells, TURN, 1 - me)
})
