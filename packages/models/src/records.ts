/** References and pools: a count of zero is final, and a record has one owner. */
import { layout } from "@outlive/core/engine-js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Fence, Kind } = layout
const SLOT = 0

export const RECORDS: readonly EngineModel[] = [
  engineModel({
    name: "drop-drop",
    claim: "Of two who give their references back, one releases the fence.",
    invariants: ["I9"],
    arena: { threads: 2 },
    prepare(arena) {
      const fence = arena.fence()
      arena.engine.addRef(fence)
      arena.engine.writeCell(arena.cell(SLOT), fence)
    },
    threads: [drop, drop],
    symmetric: [[0, 1]],
    check: (arena) => must(arena.word(arena.word(arena.cell(SLOT)) + Fence.refs) === 0, "References are left"),
  }),
  engineModel({
    name: "try-add-ref",
    claim: "A reference is added under RCU only while there is one; whoever has one can use the fence.",
    invariants: ["I9", "R1"],
    arena: { threads: 2 },
    prepare: (arena) => arena.engine.publish(arena.cell(SLOT), arena.fence()),
    threads: [
      (arena, record) => {
        const fence = arena.engine.tryAddRefAt(record, arena.cell(SLOT))
        if (fence === 0) return "empty"
        arena.engine.hasSignaled(fence)
        arena.engine.dropRef(record, fence)
        return "used"
      },
      (arena, record) => {
        const fence = arena.engine.replace(arena.cell(SLOT), 0)
        arena.engine.signal(record, fence)
        arena.engine.dropRef(record, fence)
      },
    ],
    outcome: (_, [reader]) => String(reader),
    check: (arena, [reader]) => {
      must(reader === "used" || reader === "empty", `The reader says ${String(reader)}`)
      arena.engine.barrier(arena.threads[0]!)
      must(arena.engine.countInUse(Kind.Fence) === 0, "The fence was not given back")
    },
  }),
  engineModel({
    name: "pool",
    claim: "A record is taken by one thread at a time, and none is lost.",
    invariants: ["R2"],
    arena: { threads: 2, callbacks: 2 },
    threads: [takeAndGive, takeAndGive],
    symmetric: [[0, 1]],
    check: (arena, [first, second]) => {
      must(first !== 0 && second !== 0, "There were two records, and a thread got none")
      arena.engine.barrier(arena.threads[0]!)
      must(arena.engine.countFree(Kind.Callback) === 2, "Not all records came back")
    },
  }),
]

function drop(arena: Parameters<Parameters<typeof engineModel>[0]["threads"][number]>[0], record: number): void {
  arena.engine.dropRef(record, arena.engine.readCell(arena.cell(SLOT)))
}

function takeAndGive(arena: Parameters<typeof drop>[0], record: number): number {
  const callback = arena.engine.takeCallback(record, 1, arena.cell(2))
  if (callback !== 0) arena.engine.retire(record, callback)
  return callback
}
