/** Programs with which the fuzz once found something wrong in the search, at their smallest. They stay. */
import type { Program } from "../reference/language.js"

interface Found {
  /** What was not seen. */
  readonly sentence: string
  readonly program: Program
}

export const FOUND: readonly Found[] = [
  {
    sentence: "a wait that finds its value changed would fall asleep before the store, and be woken or not",
    program: {
      cells: 1,
      registers: 2,
      threads: [
        [{ do: "wait", cell: 0, expected: 0, times: true, to: 0 }],
        [
          { do: "load", cell: 0, to: 0 },
          { do: "store", cell: 0, value: { constant: 2 } },
        ],
        [{ do: "notify", cell: 0, count: 2, to: 1 }],
      ],
    },
  },
  {
    sentence: "the same, if what comes before the store is a wait of its own",
    program: {
      cells: 1,
      registers: 2,
      threads: [
        [{ do: "wait", cell: 0, expected: 0, times: true, to: 0 }],
        [
          { do: "wait", cell: 0, expected: 1, times: true, to: 0 },
          { do: "store", cell: 0, value: { constant: 1 } },
        ],
        [{ do: "notify", cell: 0, count: 2, to: 1 }],
      ],
    },
  },
  {
    sentence: "two wait for different values of a cell that two others write",
    program: {
      cells: 1,
      registers: 2,
      threads: [
        [{ do: "store", cell: 0, value: { constant: 0 } }],
        [{ do: "store", cell: 0, value: { constant: 1 } }],
        [{ do: "wait", cell: 0, expected: 1, times: true, to: 1 }],
        [{ do: "wait", cell: 0, expected: 0, times: true, to: 0 }],
        [{ do: "notify", cell: 0, count: 2, to: 1 }],
      ],
    },
  },
  {
    sentence: "a relax that was replayed held a later, other step",
    program: {
      cells: 3,
      registers: 3,
      threads: [
        [
          { do: "load", cell: 0, to: 0 },
          { do: "compareExchange", cell: 1, expected: 0, value: { constant: 1 }, to: 2 },
          { do: "unless", register: 2, equals: 1, by: 2 },
          { do: "relax" },
          { do: "jump", by: -4 },
          { do: "store", cell: 0, value: { register: 1 } },
          { do: "load", cell: 0, to: 0 },
          { do: "store", cell: 1, value: { constant: 0 } },
        ],
        [
          { do: "compareExchange", cell: 2, expected: 0, value: { constant: 1 }, to: 2 },
          { do: "unless", register: 2, equals: 1, by: 2 },
          { do: "wait", cell: 2, expected: 1, times: false, to: 2 },
          { do: "jump", by: -4 },
          { do: "compareExchange", cell: 1, expected: 0, value: { constant: 1 }, to: 2 },
          { do: "unless", register: 2, equals: 1, by: 2 },
          { do: "relax" },
          { do: "jump", by: -4 },
          { do: "load", cell: 0, to: 1 },
          { do: "store", cell: 1, value: { constant: 0 } },
          { do: "store", cell: 2, value: { constant: 0 } },
          { do: "notify", cell: 2, count: 1, to: 2 },
        ],
      ],
    },
  },
  {
    sentence: "a byte load disturbs a compareExchange that would succeed before another byte is written",
    program: {
      cells: 2,
      registers: 1,
      threads: [
        [{ do: "compareExchange", cell: 1, expected: 0, value: { constant: 0 }, to: 0 }],
        [
          { do: "store", cell: 0, byte: 0, value: { constant: 2 } },
          { do: "load", cell: 1, byte: 1, to: 0 },
        ],
        [
          { do: "store", cell: 0, byte: 0, value: { constant: 1 } },
          { do: "store", cell: 1, byte: 0, value: { constant: 2 } },
        ],
      ],
    },
  },
  {
    sentence: "the same, with an outcome that was never seen",
    program: {
      cells: 2,
      registers: 2,
      threads: [
        [{ do: "compareExchange", cell: 1, expected: 0, value: { constant: 2 }, to: 1 }],
        [
          { do: "compareExchange", cell: 0, expected: 1, value: { constant: 0 }, to: 0 },
          { do: "load", cell: 1, byte: 0, to: 0 },
        ],
        [
          { do: "add", cell: 0, byte: 0, value: { constant: 1 }, to: 0 },
          { do: "add", cell: 1, byte: 1, value: { constant: 2 }, to: 1 },
        ],
      ],
    },
  },
]
