/** Reservations: locks of which a thread takes several, and walks while the list changes. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Cursor, Kind, ObjectType, SharedObject, Thread, Usage } = layout

/** `lockReservationInContext`'s answer. */
const BACK_OFF = 1
/** Cells: for each lock the three words of a reservation that locking touches, then a counter for each. */
const WORDS = 3
const COUNTERS = 6

/** A reservation that is nothing but its lock. */
function lockAt(arena: Arena, which: number): number {
  return arena.cell(which * WORDS) - SharedObject.lock
}

/** Takes both, in this order; backs off as told, and adds one to each counter as only somebody who is alone can. */
function takeBoth(arena: Arena, record: number, order: readonly [number, number]): number {
  const { engine } = arena
  let [first, second] = order
  let backOffs = 0
  engine.lockReservationInContext(record, lockAt(arena, first))
  while (engine.lockReservationInContext(record, lockAt(arena, second)) === BACK_OFF) {
    engine.unlockReservation(record, lockAt(arena, first))
    ;[first, second] = [second, first]
    engine.lockReservationInContext(record, lockAt(arena, first))
    backOffs++
  }
  for (const which of order) {
    const counter = arena.cell(COUNTERS + which)
    engine.writeCell(counter, engine.readCell(counter) + 1)
    engine.unlockReservation(record, lockAt(arena, which))
  }
  return backOffs
}

/** Takes one of them, outside any context. */
function takeOne(arena: Arena, record: number, which: number): void {
  const { engine } = arena
  const counter = arena.cell(COUNTERS + which)
  engine.lockReservation(record, lockAt(arena, which))
  engine.writeCell(counter, engine.readCell(counter) + 1)
  engine.unlockReservation(record, lockAt(arena, which))
}

type Order = readonly [number, number]

/** Threads in order of their tickets; after them one that takes lock `alone` outside any context, if there is one. */
function ticketModel(
  name: string,
  orders: readonly Order[],
  search: EngineModel["search"],
  alone?: number,
): EngineModel {
  const all = orders.length + (alone === undefined ? 0 : 1)
  const takers = orders.map((order) => (arena: Arena, record: number) => takeBoth(arena, record, order))
  return engineModel({
    name,
    claim: "Whoever takes several locks in any order, and backs off when told, gets them, alone.",
    invariants: ["L1", "L3"],
    search,
    arena: { threads: all },
    prepare: ({ engine, threads }) => orders.forEach((_, i) => engine.takeTicket(threads[i]!)),
    threads:
      alone === undefined ? takers : [...takers, (arena: Arena, record: number) => takeOne(arena, record, alone)],
    check(arena, results) {
      must(results[0] === 0, "The oldest backed off")
      for (const which of [0, 1]) {
        const expected = orders.length + (alone === which ? 1 : 0)
        must(arena.word(arena.cell(COUNTERS + which)) === expected, "An addition was lost")
      }
    },
    outcome: (_, results) => results.slice(0, orders.length).join(","),
  })
}

const BUFFER = 0
const FENCE = 1
const LATER = 2

/** A reservation, and two fences to be added. */
function prepareBuffer(arena: Arena): void {
  const { engine } = arena
  const main = arena.threads[0]!
  const buffer = engine.createObject(main, ObjectType.Reservation)
  engine.writeCell(arena.cell(BUFFER), buffer)
  engine.writeCell(arena.cell(FENCE), arena.fence())
  engine.writeCell(arena.cell(LATER), arena.fence())
}

/** Walks over all that is pending; the fences it came to. */
function walk(arena: Arena, record: number): number[] {
  const { engine, words } = arena
  const buffer = arena.word(arena.cell(BUFFER))
  const cursor = (record + Thread.registers) >> 2
  const seen: number[] = []
  words[cursor + (Cursor.generation >> 2)] = 0
  for (let fence = 0; (fence = engine.nextFence(record, buffer, Usage.Bookkeep)) !== 0;) {
    if (words[cursor + (Cursor.found >> 2)]! & Cursor.Restarted) seen.length = 0
    seen.push(fence)
    engine.dropRef(record, fence)
  }
  return seen
}

function checkBuffer(arena: Arena): void {
  const { engine } = arena
  const main = arena.threads[0]!
  engine.dropObjectRef(main, arena.word(arena.cell(BUFFER)))
  for (const fence of [FENCE, LATER].map((cell) => arena.word(arena.cell(cell)))) {
    engine.signal(main, fence)
    engine.dropRef(main, fence)
  }
  engine.barrier(main)
  for (const kind of [Kind.Fence, Kind.Slots, Kind.Object]) must(engine.countInUse(kind) === 0, "A record was lost")
}

export const RESERVATIONS: readonly EngineModel[] = [
  ticketModel(
    "tickets-2",
    [
      [0, 1],
      [1, 0],
    ],
    "exhaustive",
  ),
  ticketModel(
    "tickets-3",
    [
      [0, 1],
      [1, 0],
      [0, 1],
    ],
    "preemption-bounded",
  ),
  ticketModel(
    "tickets-2-and-one",
    [
      [1, 0],
      [0, 1],
    ],
    "preemption-bounded",
    0,
  ),
  engineModel({
    name: "add-walk",
    claim: "A walk finds the fence that is being added, or nothing; never an empty slot.",
    invariants: ["I14"],
    arena: { threads: 2, lists: 2, objects: 1 },
    prepare(arena) {
      prepareBuffer(arena)
      const main = arena.threads[0]!
      arena.engine.lockReservation(main, arena.word(arena.cell(BUFFER)))
      arena.engine.reserveSlots(main, arena.word(arena.cell(BUFFER)), 1)
    },
    threads: [
      (arena, record) => {
        const { engine } = arena
        const buffer = arena.word(arena.cell(BUFFER))
        engine.addFence(record, buffer, arena.word(arena.cell(FENCE)), Usage.Write)
        engine.unlockReservation(record, buffer)
      },
      walk,
    ],
    outcome: (_, [, seen]) => String((seen as number[]).length),
    check(arena, [, seen]) {
      must(
        (seen as number[]).every((fence) => fence === arena.word(arena.cell(FENCE))),
        "A walk found something else",
      )
      checkBuffer(arena)
    },
  }),
  engineModel({
    name: "grow-walk",
    claim: "A walk finds what is pending all along, while the list becomes another and the old one is freed.",
    invariants: ["I14", "R1"],
    arena: { threads: 2, lists: 3, objects: 1 },
    prepare(arena) {
      prepareBuffer(arena)
      const { engine } = arena
      const main = arena.threads[0]!
      const buffer = arena.word(arena.cell(BUFFER))
      engine.lockReservation(main, buffer)
      engine.reserveSlots(main, buffer, 2)
      engine.addFence(main, buffer, arena.word(arena.cell(FENCE)), Usage.Write)
      engine.addFence(main, buffer, arena.word(arena.cell(LATER)), Usage.Read)
    },
    threads: [
      (arena, record) => {
        const buffer = arena.word(arena.cell(BUFFER))
        arena.engine.reserveSlots(record, buffer, 12)
        arena.engine.unlockReservation(record, buffer)
        arena.engine.collect(record)
        arena.engine.collect(record)
      },
      walk,
    ],
    check(arena, [, seen]) {
      const expected = [FENCE, LATER].map((cell) => arena.word(arena.cell(cell)))
      must(String(seen) === String(expected), "A walk missed a fence, or found one twice")
      checkBuffer(arena)
    },
  }),
]
