/** Syncobjs: whoever waits for something to be submitted is woken, and whoever finds it can use it. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Action, Kind, Thread } = layout
const SYNCOBJ = 0
const STUB = 1

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

/** Waits for something to be there, as the host does: arms the bell, looks, leaves a record, looks again, sleeps. */
function awaitSubmission(arena: Arena, record: number): number {
  const { engine } = arena
  let node = 0
  let fence = 0
  for (;;) {
    const value = engine.listen(record)
    fence = engine.fenceAt(record, place(arena), 0, 0)
    if (fence !== 0) break
    if (node !== 0) engine.removeWaiter(record, node)
    node = engine.addWaiter(record, place(arena), Action.RingThread, 0)
    fence = engine.fenceAt(record, place(arena), 0, 0)
    if (fence !== 0) break
    Atomics.wait(arena.words, (record + Thread.doorbell) >> 2, value)
  }
  if (node !== 0) engine.removeWaiter(record, node)
  engine.dropRef(record, fence)
  return fence
}

export const SYNCOBJS: readonly EngineModel[] = [
  engineModel({
    name: "submit-wait",
    claim: "Whoever finds nothing submitted is woken by whoever submits.",
    invariants: ["Y1"],
    arena: { threads: 2, objects: 1 },
    prepare: create,
    threads: [submit, awaitSubmission],
    check: (arena, [, found]) => {
      must(found === arena.engine.stub(), "The waiter found something else")
      must(arena.engine.countInUse(Kind.Callback) === 0, "A waiter's record was not given back")
    },
  }),
  engineModel({
    name: "reset-get",
    claim: "Whoever takes what is in the place can use it, whatever is put there meanwhile.",
    invariants: ["Y1", "I9"],
    arena: { threads: 2, objects: 1 },
    prepare(arena) {
      create(arena)
      arena.engine.writeCell(arena.cell(STUB), arena.fence())
      arena.engine.replaceFence(arena.threads[0]!, arena.word(arena.cell(SYNCOBJ)), arena.word(arena.cell(STUB)))
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
