/** The oracle itself: published counts, and programs small enough to count by hand. */
import { expect, test } from "vitest"
import { enumerate } from "./enumerate.js"
import type { Instruction, Program } from "./language.js"

const load = (cell: number, to = 0): Instruction => ({ do: "load", cell, to })
const store = (cell: number, constant = 1): Instruction => ({ do: "store", cell, value: { constant } })
const add = (cell: number): Instruction => ({ do: "add", cell, value: { constant: 1 }, to: 0 })
const wait = (cell: number, times = false): Instruction => ({ do: "wait", cell, expected: 0, times, to: 0 })
const notify = (cell: number): Instruction => ({ do: "notify", cell, count: 1, to: 0 })
const program = (...threads: Instruction[][]): Program => ({ cells: 4, registers: 2, threads })
const lock: readonly Instruction[] = [
  { do: "compareExchange", cell: 0, expected: 0, value: { constant: 1 }, to: 0 },
  { do: "unless", register: 0, equals: 1, by: 2 },
  { do: "relax" },
  { do: "jump", by: -4 },
]

const [x, y] = [0, 1]
const COUNTS: readonly (readonly [name: string, interleavings: number, classes: number, program: Program])[] = [
  ["store buffering", 6, 3, program([store(x), load(y)], [store(y), load(x)])],
  ["message passing", 6, 3, program([store(x), store(y)], [load(y, 0), load(x, 1)])],
  ["load buffering", 6, 3, program([load(x), store(y)], [load(y), store(x)])],
  ["2+2W", 6, 3, program([store(x, 1), store(y, 2)], [store(y, 1), store(x, 2)])],
  ["IRIW", 180, 15, program([store(x)], [store(y)], [load(x, 0), load(y, 1)], [load(y, 0), load(x, 1)])],
  ["three additions", 6, 6, program([add(x)], [add(x)], [add(x)])],
  ["two increments by load and store", 6, 4, program([load(x), store(x)], [load(x), store(x)])],
  ["three readers of cells of their own", 120, 8, readers()],
  ["a spin lock of two, with the hint", 4, 4, program([...lock, store(x, 0)], [...lock, store(x, 0)])],
  ["the same, twice", 34, 34, program(twice([...lock, store(x, 0)]), twice([...lock, store(x, 0)]))],
  ["the same, for three", 42, 36, program([...lock, store(x, 0)], [...lock, store(x, 0)], [...lock, store(x, 0)])],
  ["a lock by test, and test-and-set by exchange", 20, 12, program(testAndExchange(), testAndExchange())],
]

function twice(code: readonly Instruction[]): Instruction[] {
  return [...code, ...code]
}

function testAndExchange(): Instruction[] {
  return [
    load(x),
    { do: "unless", register: 0, equals: 1, by: 2 },
    { do: "relax" },
    { do: "jump", by: -4 },
    { do: "exchange", cell: x, value: { constant: 1 }, to: 0 },
    { do: "unless", register: 0, equals: 1, by: 1 },
    { do: "jump", by: -7 },
    store(x, 0),
  ]
}

/** One writes three cells, three read one each. */
function readers(): Program {
  return program([store(0), store(1), store(2)], [load(0)], [load(1)], [load(2)])
}

for (const [name, interleavings, classes, subject] of COUNTS)
  test(`${name}: ${interleavings} interleavings in ${classes} classes`, () => {
    const found = enumerate(subject)
    expect([found.executions, found.classes]).toEqual([interleavings, classes])
  })

test("a wait ends by notify, by time, or never", () => {
  // wait, notify, wake; or notify first.
  expect(Object.fromEntries(enumerate(program([wait(x)], [notify(x)])).outcomes)).toEqual({
    "0 0 0 0 | 0 0 | 1 0": 1,
    stuck: 1,
  })
  const timed = enumerate(program([wait(x, true)], [notify(x)]))
  expect(Object.fromEntries(timed.outcomes)).toEqual({
    "0 0 0 0 | 0 0 | 1 0": 1,
    "0 0 0 0 | 2 0 | 0 0": 2,
  })
  expect(timed.classes).toBe(3)
})

test("sleepers are woken in the order in which they fell asleep", () => {
  const { outcomes } = enumerate(program([wait(x)], [wait(x)], [notify(x), notify(x)]))
  expect([...outcomes.keys()].sort()).toEqual(["0 0 0 0 | 0 0 | 0 0 | 1 0", "stuck"])
  const one = enumerate(program([wait(x), store(y, 1)], [wait(x, true), store(y, 2)], [notify(x)]))
  expect([...one.outcomes.keys()].some((outcome) => outcome.includes("| 0 0 | 0 0 |"))).toBe(false)
})

test("bytes of a cell are places of their own, and parts of it", () => {
  const byte = (at: number): Instruction => ({ do: "store", cell: x, byte: at, value: { constant: 257 + at } })
  const apart = enumerate(program([byte(0)], [byte(1)], [byte(3)]))
  expect([apart.executions, apart.classes, ...apart.outcomes.keys()]).toEqual([
    6,
    1,
    `${0x04000201} 0 0 0 | 0 0 | 0 0 | 0 0`,
  ])
  const whole = enumerate(program([byte(0)], [byte(1)], [load(x)]))
  expect([whole.executions, whole.classes, whole.outcomes.size]).toEqual([6, 4, 4])
})

test("interleavings with few preemptions", () => {
  const subject = program([store(x), load(y)], [store(y), load(x)])
  const counts = [0, 1, 2].map((preemptions) => enumerate(subject, { preemptions }).executions)
  // Between two threads of two steps: none is left early; one is, once; both are.
  expect(counts).toEqual([2, 4, 6])
})

test("gives up at the bound, and says so", () => {
  expect(enumerate(readers(), { most: 10 }).complete).toBe(false)
})
