/** Atomics.wait compares and falls asleep in one step; but only if it compares the cell that the other one changes. */
import type { Model } from "@outlive/explore"

const [FLAG, SIGNAL] = [0, 1] as const

function model(name: string, waited: number): Model<Int32Array> {
  return {
    name,
    memory: 8,
    cells: { flag: 0, signal: 4 },
    setup: (memory) => new Int32Array(memory),
    threadNames: ["consumer", "producer"],
    threads: [
      (cells) => {
        while (Atomics.load(cells, FLAG) === 0) Atomics.wait(cells, waited, 0)
      },
      (cells) => {
        Atomics.store(cells, FLAG, 1)
        Atomics.notify(cells, waited)
      },
    ],
  }
}

export const broken = model("waits on another cell", SIGNAL)
export const fixed = model("waits on the flag", FLAG)
