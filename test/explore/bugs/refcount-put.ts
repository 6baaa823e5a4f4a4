/** Two drop their references at once. By load and store, both may think that the other is still there. */
import type { Model } from "@outlive/explore"

const [COUNT, FREED] = [0, 1] as const

function model(name: string, decrement: (cells: Int32Array) => number): Model<Int32Array> {
  const drop = (cells: Int32Array) => {
    if (decrement(cells) === 0) Atomics.add(cells, FREED, 1)
  }
  return {
    name,
    memory: 8,
    cells: { count: 0, freed: 4 },
    setup: (memory) => {
      const cells = new Int32Array(memory)
      cells[COUNT] = 2
      return cells
    },
    threads: [drop, drop],
    leaks: (cells) => (cells[FREED] === 0 ? `the object was never freed: its count is ${cells[COUNT]}` : undefined),
    check: (cells) => {
      if (cells[FREED]! > 1) throw new Error("freed twice")
    },
  }
}

export const broken = model("put by load and store", (cells) => {
  const count = Atomics.load(cells, COUNT) - 1
  Atomics.store(cells, COUNT, count)
  return count
})

export const fixed = model("put", (cells) => Atomics.sub(cells, COUNT, 1) - 1)
