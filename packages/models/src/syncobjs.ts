/** Syncobjs: a waiter is given what was submitted, whatever is put in the place afterwards. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Kind, Thread } = layout
const SYNCOBJ = 0
const FENCE = 1
const WAITER = 2
const POINT = 1

const place = (arena: Arena) => arena.engine.readCell(arena.cell(SYNCOBJ))

function create(arena: Arena): void {
  arena.engine.writeCell(arena.cell(SYNCOBJ), arena.engine.createSyncobj(arena.threads[0]!, 0))
}

/** Puts the stub into the place. */
function submit(arena: Arena, record: number): void {
  const stub = arena.engine.stub()
  arena.engine.addRef(stub)
  arena.engine.replaceFence(record, place(arena), stub)
}

/** Submits, and takes away again what was submitted. */
function pulse(arena: Arena, record: number): void {
  submit(arena, record)
  arena.engine.replaceFence(record, place(arena), 0)
}

/** Waits with a waiter that hangs already: listens, looks at what it was handed, sleeps. */
function awaitHanded(arena: Arena, record: number, waiter: number): number {
  const { engine } = arena
  for (;;) {
    const value = engine.listen(record)
    const fence = engine.takeSubmission(waiter)
    if (fence !== 0) {
      engine.removeWaiter(record, waiter)
      engine.dropRef(record, fence)
      return fence
    }
    Atomics.wait(arena.words, (record + Thread.doorbell) >> 2, value)
  }
}

/** Leaves a waiter before the threads start. It belongs to the second thread. */
function leaveWaiter(arena: Arena, point = 0): void {
  const record = arena.threads[1]!
  arena.engine.writeCell(arena.cell(WAITER), arena.engine.addWaiter(record, place(arena), point, 0))
}

const waiterIn = (arena: Arena) => arena.engine.readCell(arena.cell(WAITER))

function nothingIsLeft(arena: Arena): void {
  must(arena.engine.countInUse(Kind.Callback) === 0, "A waiter's record was not given back")
}

export const SYNCOBJS: readonly EngineModel[] = [
  engineModel({
    name: "submit-wait",
    claim: "Whoever finds nothing submitted is woken by whoever submits.",
    invariants: ["Y1"],
    arena: { threads: 2, objects: 1 },
    prepare: create,
    threads: [
      submit,
      (arena, record) => awaitHanded(arena, record, arena.engine.addWaiter(record, place(arena), 0, 0)),
    ],
    check(arena, [, found]) {
      must(found === arena.engine.stub(), "The waiter found something else")
      nothingIsLeft(arena)
    },
  }),
  engineModel({
    name: "submit-reset-wait",
    claim:
      "A waiter is given what was submitted, although it is taken away again, and although another takes it away too.",
    invariants: ["Y2"],
    search: "preemption-bounded",
    arena: { threads: 3, objects: 1 },
    prepare(arena) {
      create(arena)
      leaveWaiter(arena)
    },
    threads: [
      pulse,
      (arena, record) => awaitHanded(arena, record, waiterIn(arena)),
      (arena, record) => arena.engine.replaceFence(record, place(arena), 0),
    ],
    check(arena, [, found]) {
      must(found === arena.engine.stub(), "The waiter found something else")
      nothingIsLeft(arena)
    },
  }),
  engineModel({
    name: "submit-leave",
    claim: "A waiter that leaves while something is submitted gives back all that it held, and what it was handed.",
    invariants: ["Y2", "I9"],
    arena: { threads: 2, objects: 1 },
    prepare(arena) {
      create(arena)
      leaveWaiter(arena)
      arena.engine.writeCell(arena.cell(FENCE), arena.fence())
    },
    threads: [
      (arena, record) => arena.engine.replaceFence(record, place(arena), arena.word(arena.cell(FENCE))),
      (arena, record) => (arena.engine.removeWaiter(record, waiterIn(arena)) === 1 ? "left" : "served"),
    ],
    outcome: (_, [, answer]) => String(answer),
    check(arena) {
      const main = arena.threads[0]!
      nothingIsLeft(arena)
      arena.engine.dropObjectRef(main, arena.word(arena.cell(SYNCOBJ)))
      arena.engine.barrier(main)
      must(arena.engine.countInUse(Kind.Fence) === 0, "The fence was not given back")
      must(arena.engine.countInUse(Kind.Object) === 0, "The syncobj was not given back")
    },
  }),
  engineModel({
    name: "drop-serve",
    claim: "A syncobj stays as long as a waiter hangs on it, whoever drops it.",
    invariants: ["Y3"],
    search: "preemption-bounded",
    arena: { threads: 2, objects: 1 },
    prepare(arena) {
      create(arena)
      leaveWaiter(arena)
    },
    threads: [
      (arena, record) => {
        arena.engine.dropObjectRef(record, place(arena))
        // As others would: what nobody holds comes back.
        for (let epoch = 0; epoch < 3; epoch++) arena.engine.collectAll(record)
      },
      (arena, record) => arena.engine.removeWaiter(record, waiterIn(arena)),
    ],
    check(arena) {
      arena.engine.barrier(arena.threads[0]!)
      nothingIsLeft(arena)
      must(arena.engine.countInUse(Kind.Object) === 0, "The syncobj was not given back")
    },
  }),
  engineModel({
    name: "point-query-wait",
    claim:
      "A waiter for a point is given it; whoever asks meanwhile sees the timeline before or after, and nothing is lost.",
    invariants: ["Y2", "I13"],
    search: "preemption-bounded",
    arena: { threads: 3, objects: 1, containers: 2, fences: 4 },
    prepare(arena) {
      create(arena)
      leaveWaiter(arena, POINT)
    },
    threads: [
      (arena, record) => arena.engine.addPoint(record, place(arena), arena.engine.stub(), POINT, 0),
      (arena, record) => awaitHanded(arena, record, waiterIn(arena)),
      (arena, record) => {
        arena.engine.queryPoint(record, place(arena), 0)
        return arena.word(record + Thread.nowLo)
      },
    ],
    outcome: (_, [, , asked]) => String(asked),
    check(arena, [, found, asked]) {
      must(found !== 0, "The waiter was given nothing")
      must(asked === 0 || asked === POINT, "The query saw a point that never was")
      const main = arena.threads[0]!
      nothingIsLeft(arena)
      arena.engine.dropObjectRef(main, arena.word(arena.cell(SYNCOBJ)))
      arena.engine.barrier(main)
      must(arena.engine.countInUse(Kind.Fence) === 0, "A link was not given back")
    },
  }),
  engineModel({
    name: "reset-get",
    claim: "Whoever takes what is in the place can use it, whatever is put there meanwhile.",
    invariants: ["Y1", "I9"],
    arena: { threads: 2, objects: 1 },
    prepare(arena) {
      create(arena)
      arena.engine.writeCell(arena.cell(FENCE), arena.fence())
      arena.engine.replaceFence(arena.threads[0]!, arena.word(arena.cell(SYNCOBJ)), arena.word(arena.cell(FENCE)))
    },
    threads: [
      (arena, record) => arena.engine.replaceFence(record, place(arena), 0),
      (arena, record) => {
        const fence = arena.engine.fenceAt(record, place(arena), 0, 0)
        if (fence === 0) return "empty"
        arena.engine.hasSignaled(fence)
        arena.engine.dropRef(record, fence)
        return "used"
      },
    ],
    outcome: (_, [, answer]) => String(answer),
    check(arena) {
      arena.engine.barrier(arena.threads[0]!)
      must(arena.engine.countInUse(Kind.Fence) === 0, "The fence was not given back")
    },
  }),
]
