/** Lazy initialization: look, lock, look again. What says "done" must be written last. */
import { relax } from "@outlive/explore"
import type { Model } from "@outlive/explore"

const [DONE, LOCK, VALUE] = [0, 1, 2] as const

function model(name: string, initialize: (cells: Int32Array) => void): Model<Int32Array> {
  const get = (cells: Int32Array) => {
    if (Atomics.load(cells, DONE) === 0) {
      while (Atomics.compareExchange(cells, LOCK, 0, 1) !== 0) relax()
      if (Atomics.load(cells, DONE) === 0) initialize(cells)
      Atomics.store(cells, LOCK, 0)
    }
    return Atomics.load(cells, VALUE)
  }
  return {
    name,
    memory: 12,
    cells: { done: 0, lock: 4, value: 8 },
    setup: (memory) => new Int32Array(memory),
    threads: [get, get],
    symmetric: [[0, 1]],
    check: (_, results) => {
      for (const value of results) if (value !== 42) throw new Error(`not initialized: ${String(value)}`)
    },
  }
}

export const broken = model("double-checked, done first", (cells) => {
  Atomics.store(cells, DONE, 1)
  Atomics.store(cells, VALUE, 42)
})

export const fixed = model("double-checked", (cells) => {
  Atomics.store(cells, VALUE, 42)
  Atomics.store(cells, DONE, 1)
})
