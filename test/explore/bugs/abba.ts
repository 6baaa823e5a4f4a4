/** Two locks. Whoever takes them in another order than the rest waits for one who waits for him. */
import { relax } from "@outlive/explore"
import type { Model } from "@outlive/explore"

const [A, B] = [0, 1] as const

function model(name: string, orders: readonly (readonly [number, number])[]): Model<Int32Array> {
  return {
    name,
    memory: 8,
    cells: { a: 0, b: 4 },
    setup: (memory) => new Int32Array(memory),
    threads: orders.map(([first, second]) => (cells) => {
      while (Atomics.compareExchange(cells, first, 0, 1) !== 0) relax()
      while (Atomics.compareExchange(cells, second, 0, 1) !== 0) relax()
      Atomics.store(cells, second, 0)
      Atomics.store(cells, first, 0)
    }),
  }
}

export const broken = model("a before b, b before a", [
  [A, B],
  [B, A],
])
export const fixed = model("a before b", [
  [A, B],
  [A, B],
])
