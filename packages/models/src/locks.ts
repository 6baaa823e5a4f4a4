/** Locks: nobody is inside with somebody else, and nobody sleeps for ever. */
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const LOCK = 0
const COUNT = 1

/** Adds one, as only somebody who is alone can: by a load and a store. */
export function addAlone(arena: Arena, record: number, rounds: number, at = { lock: LOCK, count: COUNT }): void {
  const { engine } = arena
  for (let round = 0; round < rounds; round++) {
    engine.lock(record, arena.cell(at.lock))
    engine.writeCell(arena.cell(at.count), engine.readCell(arena.cell(at.count)) + 1)
    engine.unlock(record, arena.cell(at.lock))
  }
}

function lockModel(name: string, threads: number, rounds: number, spins: number): EngineModel {
  return engineModel({
    name,
    claim: "One thread holds the lock; whoever waits for it gets it in the end.",
    invariants: ["L1"],
    search: threads > 3 ? "preemption-bounded" : "exhaustive",
    arena: { threads, spins },
    threads: Array.from({ length: threads }, () => (arena: Arena, record: number) => addAlone(arena, record, rounds)),
    symmetric: [Array.from({ length: threads }, (_, i) => i)],
    check: (arena) => must(arena.word(arena.cell(COUNT)) === threads * rounds, "An addition was lost"),
  })
}

export const LOCKS: readonly EngineModel[] = [
  lockModel("mutex-2", 2, 1, 0),
  lockModel("mutex-2x2", 2, 2, 0),
  lockModel("mutex-3", 3, 1, 0),
  lockModel("mutex-4", 4, 1, 0),
  lockModel("spin-2", 2, 1, 1),
  lockModel("spin-3", 3, 1, 1),
  engineModel({
    name: "try-lock",
    claim: "tryLock never waits, and never lets two in.",
    invariants: ["L1"],
    arena: { threads: 2 },
    threads: [
      (arena, record) => addAlone(arena, record, 1),
      (arena, record) => {
        if (!arena.engine.tryLock(record, arena.cell(LOCK))) return "refused"
        arena.engine.writeCell(arena.cell(COUNT), arena.engine.readCell(arena.cell(COUNT)) + 1)
        arena.engine.unlock(record, arena.cell(LOCK))
        return "taken"
      },
    ],
    check: (arena, [, second]) =>
      must(arena.word(arena.cell(COUNT)) === (second === "taken" ? 2 : 1), "An addition was lost"),
    outcome: (_, [, second]) => String(second),
  }),
]
