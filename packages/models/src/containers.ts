/** Arrays and chains: complete when all they are made of is, whoever arms, asks or signals meanwhile. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { ArrayBody, Kind } = layout
const FIRST = 0
const SECOND = 1
const WHOLE = 2

const at = (arena: Arena, cell: number) => arena.engine.readCell(arena.cell(cell))
const signal = (cell: number) => (arena: Arena, record: number) => arena.engine.signal(record, at(arena, cell))
const enable = (arena: Arena, record: number) => arena.engine.enableSignaling(record, at(arena, WHOLE))
const isComplete = (arena: Arena, cell: number) => arena.hasSignaled(arena.word(arena.cell(cell)))

/** An array of two. */
function makeArray(arena: Arena): void {
  const { engine, threads } = arena
  const record = threads[0]!
  const draft = engine.createDraft(record)
  for (const cell of [FIRST, SECOND]) {
    const fence = arena.fence()
    engine.writeCell(arena.cell(cell), fence)
    engine.addRef(fence)
    engine.addToDraft(record, draft, fence)
  }
  engine.writeCell(arena.cell(WHOLE), engine.createArray(record, draft))
}

/** Somebody has the second part's lock, and whoever asks does not want to wait: only the first part is listened to. */
function armInPart(arena: Arena): void {
  const { engine, threads } = arena
  engine.lockFence(threads[1]!, at(arena, SECOND))
  engine.tryPrepareWait(threads[0]!, at(arena, WHOLE))
  engine.unlockFence(threads[1]!, at(arena, SECOND))
}

/** A chain of two links. */
function makeChain(arena: Arena): void {
  const { engine, threads } = arena
  let previous = 0
  for (const cell of [FIRST, SECOND]) {
    const fence = arena.fence()
    engine.writeCell(arena.cell(cell), fence)
    engine.addRef(fence)
    previous = engine.createChain(threads[0]!, previous, fence, cell + 1, 0)
  }
  engine.writeCell(arena.cell(WHOLE), previous)
}

const ARRAY = { threads: 2, fences: 3, callbacks: 2, containers: 1 }
const CHAIN = { threads: 2, fences: 4, callbacks: 2, containers: 2 }

/** Whoever is told that the whole is complete finds its parts complete. */
function ask(arena: Arena, record: number): string {
  if (!arena.engine.isSignaled(record, at(arena, WHOLE))) return "pending"
  for (const cell of [FIRST, SECOND])
    must(arena.engine.hasSignaled(at(arena, cell)) === 1, "The whole is complete, and a part of it is pending")
  return "complete"
}

function bothParts(arena: Arena, record: number): void {
  signal(FIRST)(arena, record)
  signal(SECOND)(arena, record)
}

export const CONTAINERS: readonly EngineModel[] = [
  ...(["array", "chain"] as const).flatMap((kind) => {
    const size = kind === "array" ? ARRAY : CHAIN
    const make = kind === "array" ? makeArray : makeChain
    return [
      engineModel({
        name: `${kind}-arm-signal`,
        claim: "Arming against the signals of the parts: the whole completes, by itself, once.",
        invariants: ["I13", "I2"],
        arena: size,
        prepare: make,
        threads: [enable, bothParts],
        check: (arena) =>
          must(isComplete(arena, WHOLE), "All parts are complete, somebody asked, and the whole is not"),
      }),
      engineModel({
        name: `${kind}-ask-signal`,
        claim: "Whoever asks is told the truth.",
        invariants: ["I13"],
        arena: size,
        prepare: make,
        threads: [ask, bothParts],
        outcome: (_, [answer]) => String(answer),
      }),
      engineModel({
        name: `${kind}-arm-ask`,
        claim: "Whoever asks while somebody arms it is told the truth.",
        invariants: ["I13"],
        arena: size,
        prepare(arena) {
          make(arena)
          arena.engine.signal(arena.threads[0]!, arena.word(arena.cell(FIRST)))
        },
        threads: [enable, ask],
        check: (arena) => must(!isComplete(arena, WHOLE), "A part is pending, and the whole is complete"),
      }),
      engineModel({
        name: `${kind}-drop-signal`,
        claim: "Dropped while it listens: it is released after it was signaled, and nothing is lost.",
        invariants: ["I13", "I9"],
        arena: size,
        prepare(arena) {
          make(arena)
          enable(arena, arena.threads[0]!)
        },
        threads: [(arena, record) => arena.engine.dropRef(record, at(arena, WHOLE)), bothParts],
        check(arena) {
          for (const cell of [FIRST, SECOND]) arena.engine.dropRef(arena.threads[0]!, arena.word(arena.cell(cell)))
          arena.engine.barrier(arena.threads[0]!)
          const left = [Kind.Fence, Kind.Callback, Kind.Body].map((of) => arena.engine.countInUse(of))
          must(
            left.every((n) => n === 0),
            `${left.join(", ")} fences, callbacks, bodies are left`,
          )
        },
      }),
    ]
  }),
  engineModel({
    name: "array-drop-count",
    claim:
      "An array that was armed in part, and is dropped, is left alone by the signaler of a part: its memory is another's.",
    invariants: ["I13", "I9"],
    arena: ARRAY,
    prepare(arena) {
      makeArray(arena)
      armInPart(arena)
    },
    threads: [
      (arena, record) => {
        const { engine } = arena
        engine.dropRef(record, at(arena, WHOLE))
        engine.barrier(record)
        return engine.createDraft(record)
      },
      signal(FIRST),
    ],
    check(arena, [early]) {
      const { engine, threads } = arena
      let draft = early as number
      if (draft === 0) {
        // The signaler had the lock, and so the rest was put off.
        engine.endTurn(threads[0]!)
        engine.barrier(threads[0]!)
        draft = engine.createDraft(threads[0]!)
      }
      must(draft !== 0, "The array's body was not given back")
      must(arena.word(draft + ArrayBody.pending) === 0, "A part was counted in what is another's by now")
    },
  }),
  engineModel({
    name: "array-arm-again",
    claim:
      "An array that was armed in part is armed again while a part completes: it is given up by its own reference once.",
    invariants: ["I13", "I9"],
    arena: ARRAY,
    prepare(arena) {
      makeArray(arena)
      armInPart(arena)
    },
    threads: [(arena, record) => arena.engine.tryPrepareWait(record, at(arena, WHOLE)), bothParts],
    check(arena) {
      const { engine, threads } = arena
      // Whoever was refused asks again.
      must(engine.isSignaled(threads[0]!, at(arena, WHOLE)) === 1, "All parts are complete, and the whole is not")
      for (const cell of [WHOLE, FIRST, SECOND]) engine.dropRef(threads[0]!, arena.word(arena.cell(cell)))
      engine.barrier(threads[0]!)
      must(engine.countInUse(Kind.Fence) === 0, `${engine.countInUse(Kind.Fence)} fences are left`)
    },
  }),
  engineModel({
    name: "array-two-signalers",
    claim: "Of two parts that complete at once, one completes the whole.",
    invariants: ["I13"],
    arena: ARRAY,
    prepare(arena) {
      makeArray(arena)
      enable(arena, arena.threads[0]!)
    },
    threads: [signal(FIRST), signal(SECOND)],
    check: (arena) => must(isComplete(arena, WHOLE), "Both parts are complete, and the whole is not"),
  }),
  engineModel({
    name: "merge-signal",
    claim: "A merge of what completes meanwhile is that fence, or one that is complete.",
    invariants: ["I13"],
    arena: { threads: 2, fences: 3, callbacks: 2, containers: 1 },
    prepare: (arena) => arena.engine.writeCell(arena.cell(FIRST), arena.fence()),
    threads: [
      (arena, record) => {
        const { engine } = arena
        const draft = engine.createDraft(record)
        must(engine.addLeaves(record, draft, at(arena, FIRST)) === 1, "The heap is full")
        const merged = engine.mergeDraft(record, draft)
        const itself = merged === at(arena, FIRST)
        must(itself || engine.hasSignaled(merged) === 1, "What stands for a complete fence is pending")
        engine.dropRef(record, merged)
        return itself ? "itself" : "a stub"
      },
      signal(FIRST),
    ],
    outcome: (_, [merged]) => String(merged),
  }),
  engineModel({
    name: "chain-walk-walk",
    claim: "Two walkers take a complete link out once, and lose no reference.",
    invariants: ["I13", "I9"],
    arena: CHAIN,
    prepare(arena) {
      makeChain(arena)
      arena.engine.signal(arena.threads[0]!, arena.word(arena.cell(FIRST)))
    },
    threads: [walk, walk],
    symmetric: [[0, 1]],
    check(arena) {
      const { engine, threads } = arena
      engine.signal(threads[0]!, arena.word(arena.cell(SECOND)))
      for (const cell of [WHOLE, FIRST, SECOND]) engine.dropRef(threads[0]!, arena.word(arena.cell(cell)))
      engine.barrier(threads[0]!)
      must(engine.countInUse(Kind.Fence) === 0, `${engine.countInUse(Kind.Fence)} fences are left`)
    },
  }),
]

function walk(arena: Arena, record: number): void {
  const whole = at(arena, WHOLE)
  arena.engine.addRef(whole)
  const found = arena.engine.walkChain(record, whole)
  must(found === 0, "A walk found a link that is complete")
}
