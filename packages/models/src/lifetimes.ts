/**
 * What each lifetime promises, and what it does not: each model holds under some of them and is refuted under the others
 * (`outlive explore drop-unloaded@names-only`). The table is in test/models/lifetimes.test.ts.
 */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const FENCE = 0

const fenceOf = (arena: Arena) => arena.engine.readCell(arena.cell(FENCE))

/** A pending fence, for which the issuer holds no module reference of its own. */
function issueAndClose(arena: Arena): void {
  arena.engine.writeCell(arena.cell(FENCE), arena.fence())
  arena.engine.dropModuleRef(arena.module)
}

/** The issuer signals its fence and goes. */
function signalAndGo(arena: Arena, record: number): number {
  arena.engine.signal(record, fenceOf(arena))
  return arena.engine.unload(record, arena.module, arena.word(arena.module))
}

const refused = (_: Arena, [unloaded]: readonly unknown[]) => (unloaded === 0 ? "gone" : "refused")

export const LIFETIMES: readonly EngineModel[] = [
  engineModel({
    name: "drop-unloaded",
    claim: "Whoever drops a fence last, its module may have gone.",
    invariants: ["I7"],
    arena: { threads: 2 },
    prepare(arena) {
      issueAndClose(arena)
      arena.engine.addRef(fenceOf(arena))
    },
    threads: [
      (arena, record) => {
        arena.engine.signal(record, fenceOf(arena))
        arena.engine.dropRef(record, fenceOf(arena))
        return arena.engine.unload(record, arena.module, arena.word(arena.module))
      },
      (arena, record) => arena.engine.dropRef(record, fenceOf(arena)),
    ],
    outcome: refused,
  }),
  engineModel({
    name: "status-unloaded",
    claim: "A fence that borrows its lock can be asked for its status when its module has gone.",
    invariants: ["I12"],
    arena: { threads: 2, externalLock: true },
    prepare: issueAndClose,
    threads: [signalAndGo, (arena, record) => arena.engine.status(record, fenceOf(arena))],
    outcome: refused,
  }),
  engineModel({
    name: "ask-unloaded",
    claim: "Whoever asks for a fence to be signaled runs its issuer's function to the end in a text that is there.",
    invariants: ["I7", "I11"],
    arena: {
      threads: 2,
      ops: {
        enableSignaling(arena) {
          const text = arena.word(arena.module + layout.Module.text) & ~63
          for (let look = 0; look < 2; look++)
            must(arena.engine.readCell(text + layout.Text.module) !== layout.Poison.Word, "The text went while it ran")
          return true
        },
      },
    },
    prepare: issueAndClose,
    threads: [signalAndGo, (arena, record) => arena.engine.enableSignaling(record, fenceOf(arena))],
    outcome: refused,
  }),
]
