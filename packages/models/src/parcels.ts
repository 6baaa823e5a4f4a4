/** Parcels: a reference that is on its way is taken once, or given up once, whoever comes for it. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Fence, Kind, Record } = layout
const A_FENCE = 0
const FENCE = 0
const PARCEL = 1
const GENERATION = 2

const cellOf = (arena: Arena, cell: number) => arena.engine.readCell(arena.cell(cell))

/** A fence that somebody else holds too, and a parcel with it, sent by a thread. */
const send =
  (sender = 0) =>
  (arena: Arena) => {
    const { engine, threads } = arena
    const fence = arena.fence()
    engine.addRef(fence)
    const parcel = engine.createParcel(threads[sender]!, fence, A_FENCE)
    engine.writeCell(arena.cell(FENCE), fence)
    engine.writeCell(arena.cell(PARCEL), parcel)
    engine.writeCell(arena.cell(GENERATION), arena.word(parcel + Record.generation))
  }

/** Takes it: 1, or 0 when it is there no more. */
function take(arena: Arena, record: number): number {
  const fence = arena.engine.takeParcel(record, cellOf(arena, PARCEL), cellOf(arena, GENERATION), A_FENCE)
  must(fence === 0 || fence === cellOf(arena, FENCE), "It took something else")
  return fence === 0 ? 0 : 1
}

/** So many hold the fence, who took it among them, and the parcel is on its way out. */
function isHeldBy(arena: Arena, taken: number): void {
  const fence = arena.word(arena.cell(FENCE))
  const refs = arena.word(fence + Fence.refs)
  must(refs === 1 + taken, `${refs} references are left, and ${taken} took it`)
}

export const PARCELS: readonly EngineModel[] = [
  engineModel({
    name: "parcel-take-take",
    claim: "Of two that take what one token carries one has it.",
    invariants: ["P1"],
    search: "preemption-bounded",
    arena: { threads: 2, fences: 1, callbacks: 0, objects: 1 },
    prepare: send(),
    threads: [take, take],
    symmetric: [[0, 1]],
    check(arena, takes) {
      const taken = (takes as number[]).reduce((sum, one) => sum + one)
      must(taken === 1, `${taken} have it`)
      isHeldBy(arena, 1)
    },
  }),
  engineModel({
    name: "parcel-again",
    claim: "The token of a parcel takes nothing from the next one that has its record.",
    invariants: ["P1"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { threads: 2, fences: 1, callbacks: 0, objects: 1 },
    prepare: send(),
    threads: [
      (arena, record) => {
        const { engine } = arena
        const fence = cellOf(arena, FENCE)
        if (take(arena, record) === 0) return "late"
        for (let n = 0; n < 3; n++) engine.collectAll(record)
        // Its record is free, if nobody reads.
        if (engine.createParcel(record, fence, A_FENCE) === 0) return "full"
        return arena.engine.countInUse(Kind.Object) === 1 ? "again" : "wrong"
      },
      take,
    ],
    outcome: (_, [first]) => String(first),
    check(arena, [first, second]) {
      must(
        (first === "late") === (second === 1),
        `The first one is ${String(first)}, the second took ${String(second)}`,
      )
      isHeldBy(arena, 1)
    },
  }),
  engineModel({
    name: "parcel-cancel",
    claim: "What is taken back while another takes it is given up, or is that one's.",
    invariants: ["P1"],
    search: "preemption-bounded",
    arena: { threads: 2, fences: 1, callbacks: 0, objects: 1 },
    prepare: send(),
    threads: [
      take,
      (arena, record) => arena.engine.cancelParcel(record, cellOf(arena, PARCEL), cellOf(arena, GENERATION)),
    ],
    outcome: (_, [taken]) => (taken === 1 ? "taken" : "taken back"),
    check(arena, [taken, back]) {
      must((taken as number) + (back as number) === 1, "Both had it, or neither")
      isHeldBy(arena, taken as number)
    },
  }),
  engineModel({
    name: "parcel-death",
    claim: "What a dead thread had sent is taken by another, or given up by whoever clears up: once.",
    invariants: ["P1", "T2"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { threads: 3, fences: 1, callbacks: 0, objects: 1 },
    prepare: send(2),
    threads: [
      take,
      (arena, record) => arena.engine.reclaim(record, arena.threads[2]!, arena.word(arena.threads[2]!)),
      // It has died.
      () => undefined,
    ],
    outcome: (_, [taken]) => (taken === 1 ? "taken" : "given up"),
    check: (arena, [taken]) => isHeldBy(arena, taken as number),
  }),
]
