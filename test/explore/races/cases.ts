/**
 * What is a data race (ES2024 29.10): two events on overlapping bytes, one of them a write, not ordered by happens-before,
 * and not both atomic on equal ranges. The nine cases, and their neighbors.
 */
import type { Model } from "@outlive/explore"

export interface State {
  readonly memory: SharedArrayBuffer
  readonly cells: Int32Array
  /** Both see plain accesses. */
  readonly data: Int32Array
  readonly bytes: Uint8Array
  readonly wide: DataView
}

export interface RaceCase {
  readonly name: string
  /** The operations that race, sorted; undefined if none do. */
  readonly race?: readonly [string, string]
  readonly threads: readonly ((state: State) => unknown)[]
}

/** Cells are words: 0 to 3. */
export const [DATA, FLAG, OTHER] = [0, 1, 2] as const

export function raceModel({ name, threads }: RaceCase): Model<State> {
  return {
    name,
    memory: 16,
    cells: { data: 0, flag: 4, other: 8 },
    setup: (memory, tools) => ({
      memory,
      cells: new Int32Array(memory),
      data: tools.view(Int32Array),
      bytes: tools.view(Uint8Array),
      wide: tools.view(DataView),
    }),
    threads,
  }
}

const publish = ({ cells, data }: State) => {
  data[DATA] = 1
  Atomics.store(cells, FLAG, 1)
}

export const NINE: readonly RaceCase[] = [
  {
    name: "1. plain write, plain write",
    race: ["write", "write"],
    threads: [({ data }) => (data[DATA] = 1), ({ data }) => (data[DATA] = 2)],
  },
  {
    name: "2. plain write, plain read",
    race: ["read", "write"],
    threads: [({ data }) => (data[DATA] = 1), ({ data }) => data[DATA]],
  },
  {
    name: "3. plain write, atomic load",
    race: ["load", "write"],
    threads: [({ data }) => (data[DATA] = 1), ({ cells }) => Atomics.load(cells, DATA)],
  },
  {
    name: "4. atomic store, plain read",
    race: ["read", "store"],
    threads: [({ cells }) => Atomics.store(cells, DATA, 1), ({ data }) => data[DATA]],
  },
  {
    name: "5. atomic and atomic, of equal range: none",
    threads: [({ cells }) => Atomics.store(cells, DATA, 1), ({ cells }) => Atomics.add(cells, DATA, 1)],
  },
  {
    name: "6. atomic and atomic, of overlapping unequal ranges",
    race: ["load", "store"],
    threads: [
      ({ cells }) => Atomics.store(cells, DATA, 1),
      ({ memory }) => Atomics.load(new Uint8Array(memory), DATA * 4 + 1),
    ],
  },
  {
    name: "7. published by a store that was read: none",
    threads: [publish, ({ cells, data }) => (Atomics.load(cells, FLAG) === 1 ? data[DATA] : undefined)],
  },
  {
    name: "8. published by a store that was overwritten by another thread's: reading that one orders nothing",
    race: ["read", "write"],
    threads: [
      publish,
      ({ cells }) => Atomics.store(cells, FLAG, 2),
      ({ cells, data }) => (Atomics.load(cells, FLAG) === 2 ? data[DATA] : undefined),
    ],
  },
  {
    name: "9. published by a store that another thread's read-modify-write has carried on: none",
    threads: [
      publish,
      ({ cells }) => Atomics.add(cells, FLAG, 2),
      ({ cells, data }) => (Atomics.load(cells, FLAG) === 3 ? data[DATA] : undefined),
    ],
  },
]

export const NEIGHBORS: readonly RaceCase[] = [
  {
    name: "a look at the flag that does not mind what it says",
    race: ["read", "write"],
    threads: [
      publish,
      ({ cells, data }) => {
        Atomics.load(cells, FLAG)
        return data[DATA]
      },
    ],
  },
  {
    name: "a store of the receiver's own publishes nothing to it",
    race: ["read", "write"],
    threads: [
      publish,
      ({ cells, data }) => {
        Atomics.store(cells, FLAG, 3)
        return data[DATA]
      },
    ],
  },
  {
    name: "a failed compareExchange is a read: it receives",
    threads: [
      publish,
      ({ cells, data }) => (Atomics.compareExchange(cells, FLAG, 0, 5) === 1 ? data[DATA] : undefined),
    ],
  },
  {
    name: "a failed compareExchange is no write: it does not publish",
    race: ["read", "write"],
    threads: [
      ({ cells, data }) => {
        data[DATA] = 1
        Atomics.compareExchange(cells, FLAG, 7, 8)
      },
      ({ cells, data }) => (Atomics.load(cells, FLAG) === 0 ? data[DATA] : undefined),
    ],
  },
  {
    name: "who is woken comes after who woke: none",
    threads: [
      ({ cells, data }) => {
        data[DATA] = 1
        Atomics.store(cells, FLAG, 1)
        Atomics.notify(cells, OTHER)
      },
      ({ cells, data }) => (Atomics.wait(cells, OTHER, 0, 10) === "ok" ? data[DATA] : undefined),
    ],
  },
  {
    name: "who woke by time comes after nobody",
    race: ["read", "write"],
    threads: [
      ({ cells, data }) => {
        Atomics.notify(cells, OTHER)
        data[DATA] = 1
      },
      ({ cells, data }) => (Atomics.wait(cells, OTHER, 0, 10) === "timed-out" ? data[DATA] : undefined),
    ],
  },
  {
    name: "who found the cell changed received from who changed it: none",
    threads: [
      ({ cells, data }) => {
        data[DATA] = 1
        Atomics.store(cells, OTHER, 1)
        Atomics.notify(cells, OTHER)
      },
      ({ cells, data }) => {
        Atomics.wait(cells, OTHER, 0)
        return data[DATA]
      },
    ],
  },
  {
    name: "two read: none",
    threads: [({ data }) => data[DATA], ({ cells }) => Atomics.load(cells, DATA), ({ data }) => data[DATA]],
  },
  {
    name: "neighboring bytes of a word: none",
    threads: [({ bytes }) => (bytes[0] = 1), ({ bytes }) => (bytes[1] = 1), ({ bytes }) => bytes[2]],
  },
  {
    name: "a byte of a word that is written as a whole",
    race: ["read", "write"],
    threads: [({ data }) => (data[DATA] = 1), ({ bytes }) => bytes[3]],
  },
  {
    name: "an unaligned read through a DataView, over two words",
    race: ["read", "write"],
    threads: [({ data }) => (data[FLAG] = 1), ({ wide }) => wide.getUint32(2)],
  },
  {
    name: "a half of a 64-bit atomic",
    race: ["load", "store"],
    threads: [
      ({ memory }) => Atomics.store(new BigInt64Array(memory), 0, 1n),
      ({ cells }) => Atomics.load(cells, FLAG),
    ],
  },
  {
    name: "two atomic loads of unequal ranges: none",
    threads: [({ memory }) => Atomics.load(new BigInt64Array(memory), 0), ({ cells }) => Atomics.load(cells, FLAG)],
  },
  {
    name: "the same bytes, as signed and unsigned: equal ranges, none",
    threads: [
      ({ memory }) => Atomics.store(new Uint32Array(memory), DATA, 1),
      ({ cells }) => Atomics.load(cells, DATA),
    ],
  },
  {
    name: "atomics of unequal ranges, ordered by a flag: none",
    threads: [
      ({ memory, cells }) => {
        Atomics.store(new Uint8Array(memory), 0, 1)
        Atomics.store(cells, FLAG, 1)
      },
      ({ cells }) => (Atomics.load(cells, FLAG) === 1 ? Atomics.load(cells, DATA) : undefined),
    ],
  },
  {
    name: "the same value written by both: a race nevertheless",
    race: ["write", "write"],
    threads: [({ data }) => (data[DATA] = 0), ({ data }) => (data[DATA] = 0)],
  },
  {
    name: "through a third thread: none",
    threads: [
      publish,
      ({ cells }) => {
        if (Atomics.load(cells, FLAG) === 1) Atomics.store(cells, OTHER, 1)
      },
      ({ cells, data }) => (Atomics.load(cells, OTHER) === 1 ? data[DATA] : undefined),
    ],
  },
  {
    name: "written before, and again after, it was published",
    race: ["read", "write"],
    threads: [
      (state) => {
        publish(state)
        state.data[DATA] = 2
      },
      ({ cells, data }) => (Atomics.load(cells, FLAG) === 1 ? data[DATA] : undefined),
    ],
  },
]
