/** What every lock must stand that is no lock of the engine's own (`engine/locks/external`): over a build that has it beside. */
import type { Engine, EngineFactory } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, exploreModel, must } from "./model.js"
import { SURVEYED } from "./surveyed.js"

/** Three words at most for a lock; what it guards is the fourth. */
const FIRST = { lock: 0, count: 3 }
const SECOND = { lock: 4, count: 7 }
const WAITS = SECOND.count

export interface ExternalEngine extends Engine {
  readonly WORDS: number | { readonly value: number }
  acquire(thread: number, lock: number): void
  release(thread: number, lock: number): void
  tryAcquire?(thread: number, lock: number): number
}

const engineOf = (arena: Arena) => arena.engine as ExternalEngine

function count(arena: Arena, at: number): void {
  arena.engine.writeCell(arena.cell(at), arena.engine.readCell(arena.cell(at)) + 1)
}

/** Adds one, as only somebody who is alone can. */
function addAlone(arena: Arena, record: number, rounds: number, at = FIRST): void {
  const engine = engineOf(arena)
  for (let round = 0; round < rounds; round++) {
    engine.acquire(record, arena.cell(at.lock))
    count(arena, at.count)
    engine.release(record, arena.cell(at.lock))
  }
}

/** Holds both at once, and gives back first what it took first. */
function addInBoth(arena: Arena, record: number): void {
  const engine = engineOf(arena)
  for (const { lock } of [FIRST, SECOND]) engine.acquire(record, arena.cell(lock))
  for (const at of [FIRST, SECOND]) count(arena, at.count)
  for (const { lock } of [FIRST, SECOND]) engine.release(record, arena.cell(lock))
}

function addTogether(threads: number, rounds: number, bounded?: number): EngineModel {
  return engineModel({
    name: `external-${threads}x${rounds}`,
    claim: "One thread holds the lock; whoever waits for it gets it in the end.",
    invariants: ["L1"],
    ...(bounded === undefined ? {} : { search: "preemption-bounded" as const, mostPreemptions: bounded }),
    arena: { threads },
    threads: Array.from({ length: threads }, () => (arena: Arena, record: number) => addAlone(arena, record, rounds)),
    symmetric: [Array.from({ length: threads }, (_, i) => i)],
    check: (arena) => must(arena.word(arena.cell(FIRST.count)) === threads * rounds, "An addition was lost"),
  })
}

/** What such a lock must pass to be one. */
export const EXTERNAL_PROOFS: readonly EngineModel[] = [
  addTogether(2, 1),
  addTogether(2, 2),
  addTogether(3, 1, 3),
  addTogether(3, 2, 2),
  engineModel({
    name: "external-spin",
    claim: "The same for threads that spin before they sleep.",
    invariants: ["L1"],
    search: "preemption-bounded",
    arena: { threads: 3, spins: 1 },
    threads: [0, 1, 2].map(() => (arena: Arena, record: number) => addAlone(arena, record, 1)),
    symmetric: [[0, 1, 2]],
    check: (arena) => must(arena.word(arena.cell(FIRST.count)) === 3, "An addition was lost"),
  }),
  engineModel({
    name: "external-two-locks",
    claim: "A thread that has two locks, each of which another waits for, gives each to whoever waits for it.",
    invariants: ["L1"],
    search: "preemption-bounded",
    arena: { threads: 3 },
    threads: [
      addInBoth,
      (arena, record) => addAlone(arena, record, 1, FIRST),
      (arena, record) => addAlone(arena, record, 1, SECOND),
    ],
    check: (arena) => {
      for (const at of [FIRST, SECOND]) must(arena.word(arena.cell(at.count)) === 2, "An addition was lost")
    },
  }),
  engineModel({
    name: "external-try",
    claim: "A lock that can be tried refuses, or is taken; it never lets two in, and nobody waits.",
    invariants: ["L1"],
    arena: { threads: 2 },
    threads: [
      (arena, record) => addAlone(arena, record, 1),
      (arena, record) => {
        const engine = engineOf(arena)
        if (!engine.tryAcquire || engine.tryAcquire(record, arena.cell(FIRST.lock)) === 0) return "refused"
        count(arena, FIRST.count)
        engine.release(record, arena.cell(FIRST.lock))
        return "taken"
      },
    ],
    check: (arena, [, second]) =>
      must(arena.word(arena.cell(FIRST.count)) === (second === "taken" ? 2 : 1), "An addition was lost"),
    outcome: (_, [, second]) => String(second),
  }),
]

const [OTHERS, ROUNDS] = [2, 2]

/** No claim, but a measurement: how often others that came later had the lock before one that waited for it. */
const overtaking = engineModel({
  name: "external-overtaking",
  claim: "How often others that came later had the lock before one that was waiting for it.",
  invariants: [],
  search: "preemption-bounded",
  arena: { threads: OTHERS + 1 },
  threads: [
    waitVisibly,
    ...Array.from({ length: OTHERS }, () => (arena: Arena, record: number) => {
      const engine = engineOf(arena)
      const waits = () => engine.readCell(arena.cell(WAITS)) === 1
      let overtaken = 0
      for (let round = 0; round < ROUNDS; round++) {
        const cameLater = waits()
        engine.acquire(record, arena.cell(FIRST.lock))
        if (cameLater && waits()) overtaken++
        engine.release(record, arena.cell(FIRST.lock))
      }
      return overtaken
    }),
  ],
  outcome: (_, [, ...overtaken]) => String(overtaken.reduce((sum: number, n) => sum + Number(n), 0)),
})

/** Says when it is waiting, and when it has the lock. */
function waitVisibly(arena: Arena, record: number): void {
  let said = false
  const engine = arena.watched(() => {
    if (!said) arena.engine.writeCell(arena.cell(WAITS), 1)
    said = true
  }) as ExternalEngine
  engine.acquire(record, arena.cell(FIRST.lock))
  said = true
  engine.writeCell(arena.cell(WAITS), 2)
  engine.release(record, arena.cell(FIRST.lock))
}

/** What such a lock is like, as it was explored. */
export interface ExternalSurvey {
  readonly words: number
  readonly tries: boolean
  readonly excludes: boolean
  /** How often, at most, of as many times as they tried; with at most two preemptions. */
  readonly overtaken: number
  readonly triedToOvertake: number
}

/** Takes a few seconds. */
export function surveyExternalLock(factory: EngineFactory): ExternalSurvey {
  const bound = { ...SURVEYED, timeMs: 60_000 }
  const memory = { buffer: new SharedArrayBuffer(8) } as unknown as WebAssembly.Memory
  const { WORDS, tryAcquire } = factory(memory, {} as never).exports as unknown as ExternalEngine
  const waits = exploreModel(overtaking, bound, factory)
  return {
    words: typeof WORDS === "number" ? WORDS : WORDS.value,
    tries: tryAcquire !== undefined,
    excludes: EXTERNAL_PROOFS.every((proof) => exploreModel(proof, bound, factory).verdict === "pass"),
    overtaken: Math.max(...[...waits.outcomes.keys()].map(Number)),
    triedToOvertake: OTHERS * ROUNDS,
  }
}
