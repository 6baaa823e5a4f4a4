/** Timelines and what is pending on them: points of soft timelines, and modules' timelines that are closed. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Kind, Timeline } = layout
const SOFT = 0
const POINT = 1

const cellOf = (arena: Arena, cell: number) => arena.engine.readCell(arena.cell(cell))

/** A soft timeline with one pending point, which is in a cell. */
function softTimeline(arena: Arena): void {
  const [main] = arena.threads
  const soft = arena.engine.createSoftTimeline(main!)
  arena.engine.writeCell(arena.cell(SOFT), soft)
  arena.engine.writeCell(arena.cell(POINT), arena.engine.createPoint(main!, soft, 1))
}

/** As others would: what nobody holds comes back. */
function collect({ engine }: Arena, record: number): void {
  for (let epoch = 0; epoch < 3; epoch++) engine.collectAll(record)
}

/** Ends the soft timeline, and looks whether all came back. */
function endSoft(arena: Arena): void {
  const [main] = arena.threads
  // Whoever dropped a point while the lock was busy has put that off.
  for (const record of arena.threads) arena.engine.endTurn(record)
  arena.engine.dropObjectRef(main!, arena.word(arena.cell(SOFT)))
  arena.engine.barrier(main!)
  must(arena.engine.countInUse(Kind.Fence) === 0, "A point was not given back")
  must(arena.engine.countInUse(Kind.Lock) === 0, "The timeline's lock was not given back")
}

export const TIMELINES: readonly EngineModel[] = [
  engineModel({
    name: "point-drop-find",
    claim: "Whoever asks for a point that its last holder drops gets it, or another; never one on its way out.",
    invariants: ["Y4", "I9"],
    search: "preemption-bounded",
    arena: { threads: 2, fences: 3, objects: 1, modules: 2 },
    prepare: softTimeline,
    threads: [
      (arena, record) => arena.engine.dropRef(record, cellOf(arena, POINT)),
      (arena, record) => {
        const point = arena.engine.createPoint(record, cellOf(arena, SOFT), 1)
        arena.engine.incrementTimeline(record, cellOf(arena, SOFT), 1)
        const complete = arena.engine.hasSignaled(point)
        arena.engine.dropRef(record, point)
        return complete
      },
    ],
    check(arena, [, complete]) {
      must(complete === 1, "A point that the timeline has passed is pending")
      endSoft(arena)
    },
  }),
  engineModel({
    name: "point-drop-count",
    claim: "A point that its last holder drops while the timeline passes it is completed, or gone; never half of both.",
    invariants: ["Y4", "I9"],
    search: "preemption-bounded",
    arena: { threads: 2, fences: 2, objects: 1, modules: 2 },
    prepare: softTimeline,
    threads: [
      (arena, record) => {
        arena.engine.dropRef(record, cellOf(arena, POINT))
        collect(arena, record)
      },
      (arena, record) => arena.engine.incrementTimeline(record, cellOf(arena, SOFT), 1),
    ],
    check: endSoft,
  }),
  engineModel({
    name: "close-drop",
    claim: "Of those who close a timeline and drop its last fence, one gives the timeline back.",
    invariants: ["M2"],
    arena: { threads: 2, fences: 2 },
    prepare: (arena) => arena.engine.writeCell(arena.cell(POINT), arena.fence()),
    threads: [
      (arena, record) => arena.engine.dropRef(record, cellOf(arena, POINT)),
      (arena, record) => arena.engine.closeModuleTimeline(record, arena.timeline),
    ],
    check(arena) {
      arena.engine.barrier(arena.threads[0]!)
      must(arena.engine.countInUse(Kind.Timeline) === 0, "The timeline was not given back")
    },
  }),
  engineModel({
    name: "close-open",
    claim: "A timeline that is opened again while it is closed is there, for as long as it is open.",
    invariants: ["M2"],
    search: "preemption-bounded",
    arena: { threads: 2, fences: 2 },
    threads: [
      (arena, record) => arena.engine.closeModuleTimeline(record, arena.timeline),
      (arena, record) => {
        const { engine } = arena
        engine.lockModules(record)
        const found = engine.readCell(arena.module + layout.Module.timelines)
        if (found !== 0) engine.openTimelineLocked(found)
        engine.unlockModules(record)
        if (found === 0) return "gone"
        collect(arena, record)
        must(engine.readCell(found + Timeline.module) === arena.module, "An open timeline is no longer one")
        engine.closeModuleTimeline(record, found)
        return "there"
      },
    ],
    outcome: (_, [, answer]) => String(answer),
    check(arena) {
      arena.engine.barrier(arena.threads[0]!)
      must(arena.engine.countInUse(Kind.Timeline) === 0, "The timeline was not given back")
    },
  }),
]
