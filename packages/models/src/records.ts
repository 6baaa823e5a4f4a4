/** References and pools: a count of zero is final, and a record has one owner. */
import { layout } from "@outlive/core/engine-js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Fence, Header, Kind, ObjectType, Pool, SharedObject } = layout
const SLOT = 0
const BUFFER = ObjectType.Reservation
/** Generation of a record that was taken for the first time. */
const FIRST_LIFE = 1

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
    name: "open-reuse",
    claim:
      "Who opens a token has the life of the record that it names, or nothing, however the record is used again meanwhile.",
    invariants: ["I9"],
    arena: { threads: 2, fences: 1 },
    search: "preemption-bounded",
    prepare: (arena) => arena.engine.writeCell(arena.cell(SLOT), arena.fence()),
    threads: [
      (arena, record) => {
        const fence = arena.engine.readCell(arena.cell(SLOT))
        const opened = arena.engine.open(record, fence, FIRST_LIFE)
        if (opened === 0) return "stale"
        must(arena.word(fence + Fence.generation) === FIRST_LIFE, "The token of one fence has opened another")
        arena.engine.dropRef(record, fence)
        return "opened"
      },
      (arena, record) => {
        arena.engine.dropRef(record, arena.engine.readCell(arena.cell(SLOT)))
        arena.engine.barrier(record)
        const next = arena.engine.createFence(record, arena.timeline)
        if (next === 0) return
        must(arena.word(next + Fence.refs) > 0, "A new fence was given back at once")
        arena.engine.dropRef(record, next)
      },
    ],
    outcome: (_, [reader]) => String(reader),
    check(arena) {
      arena.engine.barrier(arena.threads[0]!)
      must(arena.engine.countInUse(Kind.Fence) === 0, "The fence was not given back")
    },
  }),
  engineModel({
    name: "open-object-reuse",
    claim: "The same of an object, whose record is poisoned between two lives.",
    invariants: ["I9"],
    arena: { threads: 2, objects: 1 },
    search: "preemption-bounded",
    prepare: (arena) => arena.engine.writeCell(arena.cell(SLOT), arena.engine.createObject(arena.threads[0]!, BUFFER)),
    threads: [
      (arena, record) => openBuffer(arena, record, BUFFER),
      (arena, record) => {
        arena.engine.dropObjectRef(record, arena.engine.readCell(arena.cell(SLOT)))
        arena.engine.barrier(record)
      },
    ],
    outcome: (_, [reader]) => String(reader),
    check(arena) {
      arena.engine.barrier(arena.threads[0]!)
      must(arena.engine.countInUse(Kind.Object) === 0, "The object was not given back")
      must(arena.word(arena.word(arena.cell(SLOT)) + SharedObject.refs) <= 0, "A free record has references")
    },
  }),
  engineModel({
    name: "open-half-made",
    claim: "A token that was guessed opens no object that is still being made, or could not be.",
    invariants: ["I9"],
    arena: { threads: 2, objects: 1 },
    prepare: (arena) =>
      arena.engine.writeCell(arena.cell(SLOT), arena.word(Header.pools + Kind.Object * Pool.Bytes + Pool.base)),
    threads: [
      (arena, record) => openBuffer(arena, record, ObjectType.Entity),
      // There is no room for what it may choose from: its record goes back.
      (arena, record) => arena.engine.createEntity(record, 0, 0),
    ],
    outcome: (_, [reader]) => String(reader),
    check(arena, [reader, made]) {
      must(reader === "stale" && made === 0, "An entity was opened that was never made")
      must(arena.engine.countFree(Kind.Object) === 1, "The record did not come back")
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

/** Opens an object by the token of its record's first life, uses it, and gives it back. */
function openBuffer(arena: Parameters<typeof drop>[0], record: number, type: number): string {
  const object = arena.engine.readCell(arena.cell(SLOT))
  if (arena.engine.openObject(record, object, FIRST_LIFE, type) === 0) return "stale"
  must(arena.word(object + SharedObject.generation) === FIRST_LIFE, "The token of one object has opened another")
  arena.engine.dropObjectRef(record, object)
  return "opened"
}

function takeAndGive(arena: Parameters<typeof drop>[0], record: number): number {
  const callback = arena.engine.takeCallback(record, 1, arena.cell(2))
  if (callback !== 0) arena.engine.retire(record, callback)
  return callback
}
