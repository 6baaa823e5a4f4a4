/** The shapes of the memory model literature: few threads, few steps. Under sequential consistency. */
import type { Cells, Litmus } from "./program.js"
import { X, Y, Z } from "./program.js"

const load = (memory: Cells, cell: number) => Atomics.load(memory, cell)
const store = (memory: Cells, cell: number, value: number) => Atomics.store(memory, cell, value)
const add = (memory: Cells, cell: number, value: number) => Atomics.add(memory, cell, value)

/** Reads two cells; the values, as digits. (Each read stands in a place of its own: it is no loop that waits.) */
const read = (first: number, second: number) => (memory: Cells) => `${load(memory, first)}${load(memory, second)}`

const write =
  (...cells: readonly number[]) =>
  (memory: Cells) => {
    for (const cell of cells) store(memory, cell, 1)
  }

const put = (cell: number, value: number) => (memory: Cells) => void store(memory, cell, value)

const writeThenRead = (written: number, other: number) => (memory: Cells) => {
  store(memory, written, 1)
  return load(memory, other)
}

const readThenWrite = (other: number, written: number) => (memory: Cells) => {
  const value = load(memory, other)
  store(memory, written, 1)
  return value
}

const increment = (memory: Cells) => void add(memory, X, 1)

const putBoth = (first: number, second: number) => (memory: Cells) => {
  store(memory, first, 1)
  store(memory, second, 2)
}

export const SHAPES: readonly Litmus[] = [
  {
    name: "SB (store buffering)",
    executions: 3,
    threads: [writeThenRead(X, Y), writeThenRead(Y, X)],
    outcomes: { "0 1": 1, "1 0": 1, "1 1": 1 },
  },
  {
    name: "MP (message passing)",
    executions: 3,
    threads: [write(X, Y), read(Y, X)],
    outcomes: { "00": 1, "01": 1, "11": 1 },
  },
  {
    name: "LB (load buffering)",
    executions: 3,
    threads: [readThenWrite(X, Y), readThenWrite(Y, X)],
    outcomes: { "0 0": 1, "0 1": 1, "1 0": 1 },
  },
  {
    name: "LB3 (load buffering, three threads)",
    executions: 7,
    threads: [readThenWrite(X, Y), readThenWrite(Y, Z), readThenWrite(Z, X)],
    outcomes: { "0 0 0": 1, "0 0 1": 1, "0 1 0": 1, "0 1 1": 1, "1 0 0": 1, "1 0 1": 1, "1 1 0": 1 },
  },
  { name: "2+2W (two write two)", executions: 3, threads: [putBoth(X, Y), putBoth(Y, X)] },
  {
    name: "CoRR (coherence of reads)",
    executions: 6,
    threads: [
      (memory) => {
        store(memory, X, 1)
        store(memory, X, 2)
      },
      read(X, X),
    ],
    outcomes: { "00": 1, "01": 1, "02": 1, "11": 1, "12": 1, "22": 1 },
  },
  {
    name: "CoRR1 (two readers)",
    executions: 36,
    threads: [
      (memory) => {
        store(memory, X, 1)
        store(memory, X, 2)
      },
      read(X, X),
      read(X, X),
    ],
  },
  {
    name: "CoRR2 (two writers, two readers)",
    executions: 72,
    threads: [put(X, 1), put(X, 2), read(X, X), read(X, X)],
  },
  {
    name: "IRIW (independent reads of independent writes)",
    executions: 15,
    threads: [write(X), write(Y), read(X, Y), read(Y, X)],
  },
  {
    name: "RWC (read to write causality)",
    executions: 7,
    threads: [write(X), read(X, Y), writeThenRead(Y, X)],
    outcomes: { "00 0": 1, "00 1": 1, "01 0": 1, "01 1": 1, "10 1": 1, "11 0": 1, "11 1": 1 },
  },
  {
    name: "W+RRR+W",
    executions: 20,
    threads: [put(X, 1), (memory) => `${load(memory, X)}${load(memory, X)}${load(memory, X)}`, put(X, 2)],
  },
  {
    name: "Z6.U",
    executions: 18,
    threads: [
      write(X, Y),
      (memory) => `${add(memory, Y, 1)}${load(memory, Y)}`,
      (memory) => {
        store(memory, Y, 3)
        return load(memory, X)
      },
    ],
  },
  {
    name: "fr+w+w+w+reads",
    executions: 210,
    threads: [
      put(X, 1),
      put(X, 2),
      put(X, 3),
      (memory) => `${load(memory, X)}${load(memory, X)}${load(memory, X)}${load(memory, X)}`,
    ],
  },
  {
    name: "inc+inc+RR+W+RR",
    executions: 600,
    threads: [increment, increment, read(X, X), put(X, 5), read(X, X)],
  },
]
