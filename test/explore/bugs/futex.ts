/**
 * The mutex of "Futexes Are Tricky" (Drepper): 0 free, 1 taken, 2 taken and perhaps somebody sleeps. Its unlock, and what
 * is put into the word by one who has slept, are parameters, so that they can be wrong.
 */
import type { Model } from "@outlive/explore"

const [MUTEX, COUNTER] = [0, 1] as const
export const [FREE, TAKEN, CONTENDED] = [0, 1, 2] as const

export interface Choices {
  readonly threads: number
  readonly afterSleep: typeof TAKEN | typeof CONTENDED
  unlock(cells: Int32Array): void
}

export function mutexModel(name: string, { threads, afterSleep, unlock }: Choices): Model<Int32Array> {
  const thread = (cells: Int32Array) => {
    if (Atomics.compareExchange(cells, MUTEX, FREE, TAKEN) !== FREE) lockSlow(cells)
    Atomics.store(cells, COUNTER, Atomics.load(cells, COUNTER) + 1)
    unlock(cells)
  }
  function lockSlow(cells: Int32Array): void {
    while (Atomics.exchange(cells, MUTEX, CONTENDED) !== FREE) {
      Atomics.wait(cells, MUTEX, CONTENDED)
      if (afterSleep === TAKEN && Atomics.compareExchange(cells, MUTEX, FREE, TAKEN) === FREE) return
    }
  }
  return {
    name,
    memory: 8,
    cells: { mutex: 0, counter: 4 },
    setup: (memory) => new Int32Array(memory),
    threads: Array.from({ length: threads }, () => thread),
    symmetric: [Array.from({ length: threads }, (_, number) => number)],
    check: (cells) => {
      if (cells[COUNTER] !== threads) throw new Error(`counted ${cells[COUNTER]} of ${threads}`)
    },
  }
}

export function unlockAndWake(cells: Int32Array): void {
  if (Atomics.exchange(cells, MUTEX, FREE) === CONTENDED) Atomics.notify(cells, MUTEX, 1)
}

export function unlockOnly(cells: Int32Array): void {
  Atomics.store(cells, MUTEX, FREE)
}
