/** An object is freed by the one who drops the last reference. Who finds it in a slot must not take a reference after that. */
import type { Model } from "@outlive/explore"

const COUNT = 0
/** The count stays (type-stable memory); the payload goes. */
const PAYLOAD_AT = 8

interface State {
  readonly cells: Int32Array
  readonly payload: Int32Array
  free(): void
}

function model(name: string, tryAddRef: (cells: Int32Array) => boolean): Model<State> {
  return {
    name,
    memory: 16,
    cells: { count: 0, payload: PAYLOAD_AT },
    setup: (memory, tools) => {
      const cells = new Int32Array(memory)
      cells[COUNT] = 1
      tools.registerAllocation(PAYLOAD_AT, 4)
      return { cells, payload: tools.view(Int32Array, PAYLOAD_AT, 1), free: () => tools.registerFree(PAYLOAD_AT, 4) }
    },
    threadNames: ["owner", "finder"],
    threads: [
      ({ cells, free }) => {
        if (Atomics.sub(cells, COUNT, 1) === 1) free()
      },
      ({ cells, payload }) => (tryAddRef(cells) ? payload[0] : undefined),
    ],
  }
}

export const broken = model("addRef of anything", (cells) => {
  Atomics.add(cells, COUNT, 1)
  return true
})

export const fixed = model("addRef unless zero", (cells) => {
  for (;;) {
    const count = Atomics.load(cells, COUNT)
    if (count === 0) return false
    if (Atomics.compareExchange(cells, COUNT, count, count + 1) === count) return true
  }
})
