/** A writer makes the sequence odd while it writes two words; a reader that looked at it twice and saw the same has both. */
import { relax } from "@outlive/explore"
import type { Model } from "@outlive/explore"

const [SEQUENCE, LEFT, RIGHT] = [0, 1, 2] as const

function model(name: string, read: (cells: Int32Array) => readonly [number, number]): Model<Int32Array> {
  return {
    name,
    memory: 12,
    cells: { sequence: 0, left: 4, right: 8 },
    setup: (memory) => new Int32Array(memory),
    threadNames: ["writer", "reader"],
    threads: [
      (cells) => {
        for (let value = 1; value <= 2; value++) {
          Atomics.add(cells, SEQUENCE, 1)
          Atomics.store(cells, LEFT, value)
          Atomics.store(cells, RIGHT, value)
          Atomics.add(cells, SEQUENCE, 1)
        }
      },
      read,
    ],
    check: (_, results) => {
      const [left, right] = results[1] as [number, number]
      if (left !== right) throw new Error(`torn: ${left} and ${right}`)
    },
  }
}

export const broken = model("sequence lock without a second look", (cells) => {
  while ((Atomics.load(cells, SEQUENCE) & 1) === 1) relax()
  return [Atomics.load(cells, LEFT), Atomics.load(cells, RIGHT)]
})

export const fixed = model("sequence lock", (cells) => {
  for (;;) {
    const before = Atomics.load(cells, SEQUENCE)
    if ((before & 1) === 1) {
      relax()
      continue
    }
    const left = Atomics.load(cells, LEFT)
    const right = Atomics.load(cells, RIGHT)
    if (Atomics.load(cells, SEQUENCE) === before) return [left, right]
  }
})
