/** The structures of the lab: their operations on an arena, and what they are without threads. */
import type { LabEngine } from "@outlive/core/engine-js"
import type { LabArena, LabPlace } from "./arena.js"
import type { Operation, Sequential } from "./histories.js"

export interface Structure extends Sequential {
  readonly name: string
  /** How many roots it takes. */
  readonly roots: number
  readonly buckets?: number
  create?(arena: LabArena): void
  /** One operation on the real one. */
  perform(place: LabPlace, seat: number, operation: Operation): number
  /** What is in it, when nobody works any more; may take it out. */
  contents(arena: LabArena): number[]
}

type Call = (engine: LabEngine, seat: number, root: number, argument: number) => number
type Calls = Readonly<Record<string, Call>>

/** What all of them have: `collect` gives back what can be given back, and answers nothing. */
const COLLECT: Calls = { collect: (engine, seat) => (engine.collect(seat), 0) }

function performs(calls: Calls): Structure["perform"] {
  const all = { ...calls, ...COLLECT }
  return ({ engine, root }, seat, [name, argument]) => all[name]!(engine, seat, root, argument)
}

/** More than any model puts in: a twin may have made a circle. */
const MOST_LEFT = 20

/** Takes out what is left, one after the other. */
function drains(takeOut: Call): Structure["contents"] {
  return (arena) => {
    const { seats, root } = arena
    const engine = arena.afterwards()
    const left: number[] = []
    while (left.length < MOST_LEFT) {
      const value = takeOut(engine, seats[0]!, root, 0)
      if (value === 0) break
      left.push(value)
    }
    return left
  }
}

const CELL: Structure = {
  name: "cell",
  roots: 1,
  perform: performs({
    write: (engine, seat, root, value) => engine.writeCell(seat, root, value),
    read: (engine, seat, root) => engine.readCell(seat, root),
  }),
  apply(state, [name, argument]) {
    if (name === "read") return state[0] ?? 0
    if (name === "write") state[0] = argument
    return name === "write" ? 1 : 0
  },
  contents: (arena) => [arena.afterwards().readCell(arena.seats[0]!, arena.root)],
}

const STACK: Structure = {
  name: "stack",
  roots: 1,
  perform: performs({
    push: (engine, seat, root, value) => engine.push(seat, root, value),
    pop: (engine, seat, root) => engine.pop(seat, root),
  }),
  apply(state, [name, argument]) {
    if (name === "pop") return state.shift() ?? 0
    if (name === "push") state.unshift(argument)
    return name === "push" ? 1 : 0
  },
  contents: drains((engine, seat, root) => engine.pop(seat, root)),
}

const QUEUE: Structure = {
  name: "queue",
  roots: 2,
  create: ({ engine, seats, root }) => void engine.createQueue(seats[0]!, root),
  perform: performs({
    enqueue: (engine, seat, root, value) => engine.enqueue(seat, root, value),
    dequeue: (engine, seat, root) => engine.dequeue(seat, root),
  }),
  apply(state, [name, argument]) {
    if (name === "dequeue") return state.shift() ?? 0
    if (name === "enqueue") state.push(argument)
    return name === "enqueue" ? 1 : 0
  },
  contents: drains((engine, seat, root) => engine.dequeue(seat, root)),
}

/** Keys of models are from 1 to this. */
const LARGEST_KEY = 9

function setOf(
  name: string,
  calls: Record<"insert" | "remove" | "contains", Call>,
  more: Partial<Structure>,
): Structure {
  return {
    name,
    roots: 1,
    perform: performs(calls),
    apply(state, [operation, key]) {
      const at = state.indexOf(key)
      if (operation === "insert" && at === -1) state.splice(0, state.length, ...[...state, key].sort((a, b) => a - b))
      if (operation === "remove" && at !== -1) state.splice(at, 1)
      if (operation === "collect") return 0
      return (operation === "insert") === (at === -1) ? 1 : 0
    },
    contents(arena) {
      const engine = arena.afterwards()
      const keys = Array.from({ length: LARGEST_KEY }, (_, i) => i + 1)
      return keys.filter((key) => calls.contains(engine, arena.seats[0]!, arena.root, key))
    },
    ...more,
  }
}

const LIST = setOf(
  "list",
  {
    insert: (engine, seat, root, key) => engine.insert(seat, root, key),
    remove: (engine, seat, root, key) => engine.remove(seat, root, key),
    contains: (engine, seat, root, key) => engine.contains(seat, root, key),
  },
  {},
)

const HASH = setOf(
  "hash",
  {
    insert: (engine, seat, root, key) => engine.insertHash(seat, root, key),
    remove: (engine, seat, root, key) => engine.removeHash(seat, root, key),
    contains: (engine, seat, root, key) => engine.containsHash(seat, root, key),
  },
  { roots: 2, buckets: 2 },
)

const TREE = setOf(
  "tree",
  {
    insert: (engine, seat, root, key) => engine.insertTree(seat, root, key),
    remove: (engine, seat, root, key) => engine.removeTree(seat, root, key),
    contains: (engine, seat, root, key) => engine.containsTree(seat, root, key),
  },
  { create: ({ engine, seats, root }) => void engine.createTree(seats[0]!, root) },
)

export const STRUCTURES = { CELL, STACK, QUEUE, LIST, HASH, TREE }
