/**
 * A thread dies at each access of each operation in turn. Then its seat is settled, and the structure must be as before the
 * operation, or as after it; others go on as if nothing had been, and all but a few nodes come back.
 */
import type { LabFactory } from "@outlive/core/engine-js"
import { ModelOops } from "../arena.js"
import { must } from "../model.js"
import { LabArena, type LabArenaOptions, labArenaBytes } from "./arena.js"
import type { Operation } from "./histories.js"
import { STRUCTURES, type Structure } from "./structures.js"

export interface Deaths {
  /** How often it died. */
  readonly count: number
  /** What others met then that they should not have. */
  readonly wrong: readonly string[]
  /** The most nodes that were retired and never given back after one death. */
  readonly lost: number
}

interface Death {
  readonly structure: Structure
  readonly before: readonly Operation[]
  readonly dying: Operation
  /** What somebody does afterwards, over and over. */
  readonly after: readonly Operation[]
}

const { CELL, HASH, LIST, QUEUE, STACK, TREE } = STRUCTURES
const SET: readonly Operation[] = [
  ["insert", 1],
  ["insert", 3],
  ["insert", 5],
]
const SET_AFTER: readonly Operation[] = [
  ["remove", 1],
  ["insert", 1],
]
const QUEUE_AFTER: readonly Operation[] = [
  ["enqueue", 3],
  ["dequeue", 0],
]
const ROUNDS = 4
/** Enough for whoever gets nothing back any more. */
const NODES = 40

const DEATHS: readonly Death[] = [
  { structure: CELL, before: [["write", 1]], dying: ["read", 0], after: [["write", 3]] },
  { structure: CELL, before: [["write", 1]], dying: ["write", 2], after: [["write", 3]] },
  {
    structure: STACK,
    before: [["push", 1]],
    dying: ["push", 2],
    after: [
      ["push", 3],
      ["pop", 0],
    ],
  },
  {
    structure: STACK,
    before: [
      ["push", 1],
      ["push", 2],
    ],
    dying: ["pop", 0],
    after: [
      ["push", 3],
      ["pop", 0],
    ],
  },
  { structure: QUEUE, before: [["enqueue", 1]], dying: ["enqueue", 2], after: QUEUE_AFTER },
  {
    structure: QUEUE,
    before: [
      ["enqueue", 1],
      ["enqueue", 2],
    ],
    dying: ["dequeue", 0],
    after: QUEUE_AFTER,
  },
  ...[LIST, HASH, TREE].flatMap((structure) =>
    (["insert", "remove", "contains"] as const).map((name): Death => {
      return { structure, before: SET, dying: [name, name === "insert" ? 4 : 3], after: SET_AFTER }
    }),
  ),
]

/** All of them. */
export function surveyDeaths(factory: LabFactory): Deaths {
  const results = DEATHS.map((death) => dieAnywhere(factory, death))
  return {
    count: results.reduce((sum, { count }) => sum + count, 0),
    wrong: results.flatMap(({ wrong }) => wrong),
    lost: Math.max(...results.map(({ lost }) => lost)),
  }
}

function dieAnywhere(factory: LabFactory, death: Death): Deaths {
  const wrong: string[] = []
  let lost = 0
  for (let accesses = 0; ; accesses++) {
    const found = dieAfter(factory, death, accesses)
    if (found === "lived") return { count: accesses, wrong, lost }
    lost = Math.max(lost, found.lost)
    if (found.wrong) wrong.push(`${death.structure.name}: ${death.dying.join(" ")}, access ${accesses}: ${found.wrong}`)
  }
}

function dieAfter(factory: LabFactory, death: Death, accesses: number): "lived" | { wrong?: string; lost: number } {
  const { structure, before, dying, after } = death
  const options: LabArenaOptions = { threads: 2, roots: structure.roots, buckets: structure.buckets ?? 1, nodes: NODES }
  const memory = new SharedArrayBuffer(labArenaBytes(options, factory))
  const arena = new LabArena(memory, options, factory)
  const [alive, dead] = arena.seats as [number, number]
  structure.create?.(arena)
  const state: number[] = []
  for (const operation of before) {
    must(structure.perform(arena, alive, operation) === structure.apply(state, operation), "It could not be prepared")
  }
  arena.engine.offline(alive)
  const end = endOf(() => structure.perform(arena.dying(accesses), dead, dying))
  if (end === undefined) return "lived"
  if (end instanceof ModelOops) return { lost: 0, wrong: end.message }
  const done = [...state]
  structure.apply(done, dying)
  try {
    arena.engine.settleDead(alive, dead)
    for (let round = 0; round < ROUNDS; round++)
      for (const operation of [...after, ["collect", 0] as const]) {
        structure.perform({ engine: arena.afterwards(), root: arena.root }, alive, operation)
        arena.engine.offline(alive)
        for (const possible of [state, done]) structure.apply(possible, operation)
      }
    const left = structure.contents(arena)
    const isRight = [state, done].some((possible) => String(possible) === String(left))
    const lost = arena.engine.countKept()
    return isRight ? { lost } : { lost, wrong: `[${left.join()}] is left, not [${state.join()}] or [${done.join()}]` }
  } catch (error) {
    return { lost: 0, wrong: (error as Error).message }
  }
}

/** What it throws, if it does. */
function endOf(work: () => void): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}
