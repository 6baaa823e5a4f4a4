/**
 * A writer replaces what a pointer leads to, waits until no reader is announced, and frees the old. A reader must be
 * announced when it loads the pointer: or the writer may look between the two.
 */
import { relax } from "@outlive/explore"
import type { Model } from "@outlive/explore"

const [POINTER, ANNOUNCED] = [0, 1] as const
const [OLD_AT, NEW_AT] = [8, 12] as const

interface State {
  readonly cells: Int32Array
  readonly payload: Int32Array
  freeOld(): void
}

function model(name: string, enter: (cells: Int32Array) => number): Model<State> {
  return {
    name,
    memory: 16,
    cells: { pointer: 0, announced: 4, old: OLD_AT, new: NEW_AT },
    setup: (memory, tools) => {
      const cells = new Int32Array(memory)
      cells[POINTER] = OLD_AT
      tools.registerAllocation(OLD_AT, 4)
      tools.registerAllocation(NEW_AT, 4)
      return { cells, payload: tools.view(Int32Array), freeOld: () => tools.registerFree(OLD_AT, 4) }
    },
    threadNames: ["reader", "writer"],
    threads: [
      ({ cells, payload }) => {
        const value = payload[enter(cells) / 4]
        Atomics.store(cells, ANNOUNCED, 0)
        return value
      },
      ({ cells, freeOld }) => {
        Atomics.store(cells, POINTER, NEW_AT)
        while (Atomics.load(cells, ANNOUNCED) !== 0) relax()
        freeOld()
      },
    ],
  }
}

export const broken = model("load, then announce", (cells) => {
  const pointer = Atomics.load(cells, POINTER)
  Atomics.store(cells, ANNOUNCED, 1)
  return pointer
})

export const fixed = model("announce, then load", (cells) => {
  Atomics.store(cells, ANNOUNCED, 1)
  return Atomics.load(cells, POINTER)
})
