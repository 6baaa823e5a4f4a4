/** Grace periods: nobody still looks at what is given back. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Kind, Action } = layout
const SLOT = 0
const DATA = 1
const RAN = 2
const GONE = -1

/** Publishes that cell DATA may be read. */
function publishData(arena: Arena): void {
  arena.engine.writeCell(arena.cell(DATA), 7)
  arena.engine.publish(arena.cell(SLOT), arena.cell(DATA))
}

/** Reads what the slot points to, twice in one section: it must not change into something that is gone. */
function readTwice(arena: Arena, record: number): number {
  const { engine } = arena
  engine.readLock(record)
  const at = engine.dereference(record, arena.cell(SLOT))
  let seen = 7
  if (at !== 0) {
    seen = engine.readCell(at)
    if (seen === 7) seen = engine.readCell(at)
  }
  engine.readUnlock(record)
  return seen
}

/** Unlinks, waits for a grace period, and destroys. */
function unlinkAndDestroy(arena: Arena, record: number): void {
  arena.engine.replace(arena.cell(SLOT), 0)
  arena.engine.synchronize(record)
  arena.engine.writeCell(arena.cell(DATA), GONE)
}

export const RCU: readonly EngineModel[] = [
  engineModel({
    name: "synchronize",
    claim: "What a read section has found stays until it ends.",
    invariants: ["R1"],
    arena: { threads: 2 },
    prepare: publishData,
    threads: [readTwice, unlinkAndDestroy],
    check: (_, [seen]) => must(seen === 7, "A reader saw what was destroyed"),
  }),
  engineModel({
    name: "synchronize-2-readers",
    claim: "The same with two readers.",
    invariants: ["R1"],
    arena: { threads: 3 },
    prepare: publishData,
    threads: [readTwice, readTwice, unlinkAndDestroy],
    symmetric: [[0, 1]],
    check: (_, results) => must(results[0] === 7 && results[1] === 7, "A reader saw what was destroyed"),
  }),
  engineModel({
    name: "nested-sections",
    claim: "A section ends with the outermost of its nested ones.",
    invariants: ["R1"],
    arena: { threads: 2 },
    prepare: publishData,
    threads: [
      (arena, record) => {
        arena.engine.readLock(record)
        const seen = readTwice(arena, record)
        const at = arena.engine.dereference(record, arena.cell(SLOT))
        const again = at === 0 ? 7 : arena.engine.readCell(at)
        arena.engine.readUnlock(record)
        return seen === 7 ? again : seen
      },
      unlinkAndDestroy,
    ],
    check: (_, [seen]) => must(seen === 7, "A reader saw what was destroyed"),
  }),
  engineModel({
    name: "retire",
    claim: "A record that is retired is given back once, after a grace period, whoever collects.",
    invariants: ["R1", "R2"],
    arena: { threads: 2 },
    prepare: (arena) => arena.engine.publish(arena.cell(SLOT), arena.fence()),
    threads: [
      (arena, record) => {
        const { engine } = arena
        engine.readLock(record)
        const fence = engine.dereference(record, arena.cell(SLOT))
        const seen = fence === 0 ? "empty" : engine.hasSignaled(fence)
        engine.readUnlock(record)
        engine.collectAll(record)
        return seen
      },
      (arena, record) => {
        const fence = arena.engine.replace(arena.cell(SLOT), 0)
        arena.engine.dropRef(record, fence)
        arena.engine.collectAll(record)
      },
    ],
    check(arena) {
      arena.engine.barrier(arena.threads[0]!)
      must(arena.engine.countInUse(Kind.Fence) === 0, "The fence was not given back")
      must(arena.engine.countFree(Kind.Fence) === 2, "The fence was given back twice, or lost")
    },
  }),
  engineModel({
    name: "defer-barrier",
    claim: "After a barrier, what was deferred before it has run, once.",
    invariants: ["R2"],
    search: "preemption-bounded",
    arena: { threads: 2 },
    threads: [
      (arena, record) => {
        const { engine } = arena
        engine.defer(record, engine.takeCallback(record, Action.AddToCell, arena.cell(RAN)))
        engine.barrier(record)
        return engine.readCell(arena.cell(RAN))
      },
      (arena, record) => {
        arena.engine.readLock(record)
        arena.engine.readUnlock(record)
        arena.engine.collectAll(record)
      },
    ],
    check: (_, [ran]) => must(ran === 1, `What was deferred ran ${String(ran)} times`),
  }),
  engineModel({
    name: "dead-reader",
    claim: "The read section of a thread that died ends when it is reclaimed, and a grace period goes on.",
    invariants: ["T2", "R1"],
    arena: { threads: 3 },
    prepare(arena) {
      publishData(arena)
      // Thread 2 died in a read section.
      arena.engine.readLock(arena.threads[2]!)
    },
    threads: [(arena, record) => arena.engine.reclaim(record, arena.threads[2]!, 0), unlinkAndDestroy, () => undefined],
    check: (arena, [reclaimed]) => {
      must(reclaimed === 1, "The dead thread was not reclaimed")
      must(arena.word(arena.cell(DATA)) === GONE, "The grace period did not end")
    },
  }),
]
