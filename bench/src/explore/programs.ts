/** The programs by which explorers are compared: written from their names, counts as published (see test/explore/litmus). */
import { type Model, relax } from "@outlive/explore"

type Thread = (cells: Int32Array) => unknown

const X = 0
const CELLS = 16

export interface Program {
  readonly name: string
  readonly executions: number
  readonly model: Model<Int32Array>
  /** What is promised. */
  readonly mostMs?: number
}

function program(name: string, executions: number, threads: Thread[], mostMs?: number): Program {
  const model = { memory: CELLS * 4, setup: (memory: SharedArrayBuffer) => new Int32Array(memory), threads }
  return { name, executions, model, ...(mostMs === undefined ? {} : { mostMs }) }
}

const times = (count: number, thread: (number: number) => Thread) => Array.from({ length: count }, (_, i) => thread(i))

const spinning = (): Thread => (memory) => {
  while (Atomics.compareExchange(memory, X, 0, 1) !== 0) relax()
  Atomics.store(memory, X, 0)
}

/** Adds to two cells: of such links a ring is made, in which not every order of orders can be. */
const link =
  (from: number, to: number): Thread =>
  (memory) => {
    Atomics.add(memory, from, 1)
    Atomics.add(memory, to, 1)
  }

export const PROGRAMS: readonly Program[] = [
  program(
    "casw 5",
    32_880,
    times(5, (number) => (memory) => {
      Atomics.compareExchange(memory, X, 0, number + 1)
      Atomics.store(memory, X, number + 1)
    }),
    200,
  ),
  program(
    "readers 13",
    8_192,
    [(memory) => Atomics.store(memory, X, 1), ...times(13, () => (memory) => Atomics.load(memory, X))],
    300,
  ),
  program(
    "lastzero 10",
    3_328,
    [
      (memory) => {
        let at = 10
        while (Atomics.load(memory, at) !== 0) at--
        return at
      },
      ...times(10, (number) => (memory) => void Atomics.store(memory, number + 1, Atomics.load(memory, number) + 1)),
    ],
    350,
  ),
  program(
    "cinc 4",
    13_824,
    times(4, () => (memory) => {
      for (let cell = 0; cell < 3; cell++) Atomics.add(memory, cell, 1)
    }),
  ),
  program("CoA's number at 5", 49_776, [link(0, 1), link(1, 2), link(2, 3), ...times(4, () => link(3, 0))]),
  program("CAS spin lock, 3 threads", 36, times(3, spinning), 200),
  program("CAS spin lock, 4 threads", 576, times(4, spinning)),
  program(
    "ainc 3 x 3, the tiny case",
    1_680,
    times(3, () => (memory) => {
      for (let round = 0; round < 3; round++) Atomics.add(memory, X, 1)
    }),
  ),
]
