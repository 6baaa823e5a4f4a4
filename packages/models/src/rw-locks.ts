/** What every reader–writer lock must stand (`engine/locks/rw`): over a build that has one, which is not the package's. */
import type { Engine, EngineFactory } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, exploreModel, must } from "./model.js"
import { SURVEYED } from "./surveyed.js"

/** The lock takes four words at most; then two that are always equal to whoever may look, and what a model says of itself. */
const [LOCK, ONE, TWO, WAITS, INSIDE] = [0, 4, 5, 6, 7]

/** Which of two contracts a lock has: to keep writers out, or to begin anew when one was there. */
export interface RwEngine extends Engine {
  readonly WORDS: number | { readonly value: number }
  acquireRead?(thread: number, lock: number): void
  releaseRead?(thread: number, lock: number): void
  beginRead?(thread: number, lock: number): number
  retryRead?(thread: number, lock: number, version: number): number
  acquireWrite(thread: number, lock: number): void
  releaseWrite(thread: number, lock: number): void
}

const engineOf = (arena: Arena) => arena.engine as RwEngine

/** Reads under the lock, or until nothing was written meanwhile. */
function reading<T>(engine: RwEngine, record: number, lock: number, body: () => T): T {
  if (engine.acquireRead) {
    engine.acquireRead(record, lock)
    const seen = body()
    engine.releaseRead!(record, lock)
    return seen
  }
  for (;;) {
    const version = engine.beginRead!(record, lock)
    const seen = body()
    if (engine.retryRead!(record, lock, version) === 0) return seen
  }
}

const pairOf = ({ engine, cell }: Arena | Where) => [ONE, TWO].map((index) => engine.readCell(cell(index)))
interface Where {
  readonly engine: Engine
  cell(index: number): number
}
const within = (arena: Arena): Where => ({ engine: arena.engine, cell: (index) => arena.cell(index) })

/** Two reads of what is always equal. */
function read(arena: Arena, record: number): void {
  const [one, two] = reading(engineOf(arena), record, arena.cell(LOCK), () => pairOf(within(arena)))
  must(one === two, `A reader found ${one} and ${two}: a writer was half done`)
}

/** Adds one to both, one after the other, as only somebody who is alone can. */
function write(arena: Arena, record: number): void {
  const engine = engineOf(arena)
  engine.acquireWrite(record, arena.cell(LOCK))
  for (const at of [ONE, TWO]) engine.writeCell(arena.cell(at), engine.readCell(arena.cell(at)) + 1)
  engine.releaseWrite(record, arena.cell(LOCK))
}

const twice = (what: typeof read) => (arena: Arena, record: number) => {
  what(arena, record)
  what(arena, record)
}

/** A lock that was read before: of some, the first reader prepares the way for others. */
const readBefore = (arena: Arena) => read(arena, arena.threads[0]!)

function rwModel(
  name: string,
  claim: string,
  threads: readonly (typeof read)[],
  { bounded = false, symmetric, writes }: { bounded?: boolean; symmetric?: readonly number[]; writes: number },
): EngineModel {
  return engineModel({
    name,
    claim,
    invariants: ["L1"],
    ...(bounded ? { search: "preemption-bounded" as const } : {}),
    arena: { threads: threads.length },
    prepare: readBefore,
    threads,
    ...(symmetric ? { symmetric: [symmetric] } : {}),
    check(arena) {
      for (const at of [ONE, TWO])
        must(
          arena.word(arena.cell(at)) === writes,
          `${writes} were written, and ${arena.word(arena.cell(at))} are there`,
        )
    },
  })
}

/** What a reader–writer lock must pass to be one. */
export const RW_PROOFS: readonly EngineModel[] = [
  rwModel("rw-read-write", "A reader finds what a writer wrote whole, or not at all.", [read, write], { writes: 1 }),
  rwModel("rw-write-write", "Writers keep each other out, and whoever waits gets in.", [write, write], {
    writes: 2,
    symmetric: [0, 1],
  }),
  rwModel("rw-read-twice", "The same for one that comes again, while a writer does.", [twice(read), twice(write)], {
    bounded: true,
    writes: 2,
  }),
  rwModel("rw-2-readers", "Two readers, one writer.", [read, read, write], {
    bounded: true,
    writes: 1,
    symmetric: [0, 1],
  }),
  rwModel("rw-2-writers", "Two writers, one reader.", [read, write, write], {
    bounded: true,
    writes: 2,
    symmetric: [1, 2],
  }),
  rwModel(
    "rw-3-writers",
    "Three writers: a wake that is meant for one must not be had by another.",
    [write, write, write],
    {
      bounded: true,
      writes: 3,
      symmetric: [0, 1, 2],
    },
  ),
]

/** No claim, but a measurement: whether, in some order, two readers are in at the same time. */
const together = engineModel({
  name: "rw-together",
  claim: "Whether readers read at the same time.",
  invariants: [],
  arena: { threads: 2 },
  prepare: readBefore,
  threads: [0, 1].map(() => (arena: Arena, record: number) => {
    const { engine } = arena
    return reading(engineOf(arena), record, arena.cell(LOCK), () => {
      engine.addToCell(arena.cell(INSIDE), 1)
      const others = engine.readCell(arena.cell(INSIDE)) - 1
      engine.addToCell(arena.cell(INSIDE), -1)
      return others
    })
  }),
  outcome: (_, others) => String(Math.max(...others.map(Number))),
})

/**
 * No claim, but a measurement: one waits, and others come in meanwhile, each so often. The outcome is how often they did.
 * For a reader: how often writers; for a writer: how often anybody.
 */
export function overtakenModel(who: "reader" | "writer", rounds: number): EngineModel {
  const other = who === "reader" ? "writer" : "reader"
  return engineModel({
    name: `rw-overtaken-${who}`,
    claim: `How often ${other}s come in while a ${who} waits.`,
    invariants: [],
    search: "preemption-bounded",
    arena: { threads: 3 },
    prepare: readBefore,
    threads: [
      (arena, record) => visit(arena, record, who, true),
      ...[1, 2].map(() => (arena: Arena, record: number) => {
        let overtook = 0
        for (let round = 0; round < rounds; round++) overtook += Number(visit(arena, record, other, false))
        return overtook
      }),
    ],
    outcome: (_, [, ...times]) => String(times.reduce((sum: number, n) => sum + Number(n), 0)),
  })
}

/** Goes in and out. Says when it waits, and when it is in; or tells whether somebody who said so was waiting before it came. */
function visit(arena: Arena, record: number, as: "reader" | "writer", isWatched: boolean): number {
  const { engine } = arena
  let said = !isWatched
  const watched = (
    isWatched
      ? arena.watched(() => {
          if (!said) engine.writeCell(arena.cell(WAITS), 1)
          said = true
        })
      : engine
  ) as RwEngine
  const lock = arena.cell(LOCK)
  const inside = () => {
    const waits = engine.readCell(arena.cell(WAITS)) === 1 ? 1 : 0
    said = true
    if (isWatched) engine.writeCell(arena.cell(WAITS), 2)
    return isWatched ? 0 : waits
  }
  if (as === "reader") return reading(watched, record, lock, inside)
  watched.acquireWrite(record, lock)
  const seen = inside()
  watched.releaseWrite(record, lock)
  return seen
}

/** What a reader–writer lock is like, as it was explored. */
export interface RwSurvey {
  readonly words: number
  readonly excludes: boolean
  readonly together: boolean
  /** How often, at most, others came in while one waited, of as many times as they tried; with at most two preemptions. */
  readonly readerOvertaken: number
  readonly writerOvertaken: number
  readonly tried: number
}

const ROUNDS = 2
const OTHERS = 2

/** Takes a few seconds. */
export function surveyRwLock(factory: EngineFactory): RwSurvey {
  const bound = { ...SURVEYED, timeMs: 60_000 }
  const most = (model: EngineModel) => {
    const result = exploreModel(model, bound, factory)
    if (result.verdict !== "pass") throw new Error(`${model.name}: ${result.message}`)
    return Math.max(...[...result.outcomes.keys()].map(Number))
  }
  return {
    words: wordsOf(factory),
    excludes: RW_PROOFS.every((proof) => exploreModel(proof, bound, factory).verdict === "pass"),
    together: most(together) > 0,
    readerOvertaken: most(overtakenModel("reader", ROUNDS)),
    writerOvertaken: most(overtakenModel("writer", ROUNDS)),
    tried: OTHERS * ROUNDS,
  }
}

function wordsOf(factory: EngineFactory): number {
  const memory = { buffer: new SharedArrayBuffer(8) } as unknown as WebAssembly.Memory
  const { WORDS } = factory(memory, {} as never).exports as unknown as RwEngine
  return typeof WORDS === "number" ? WORDS : WORDS.value
}
