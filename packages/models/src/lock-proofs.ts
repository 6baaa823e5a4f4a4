/**
 * What every lock must stand, whatever its algorithm. A queue is wrong in ways that one lock, or two threads, never show:
 * so there is a model with two locks and three threads, and each wake is counted by three.
 */
import { type Engine, layout } from "@outlive/core/engine-js"
import { type Arena, ModelOops } from "./arena.js"
import { LOCKS, addAlone } from "./locks.js"
import { type EngineModel, engineModel, must } from "./model.js"

const FIRST = { lock: 0, count: 1 }
const SECOND = { lock: 2, count: 3 }
const WAITS = 4
const LOCK_WORD = 5

/** Holds both at once, and gives back first what it took first. */
function addInBoth({ engine, cell }: Where, record: number): void {
  engine.lock(record, cell(FIRST.lock))
  engine.lock(record, cell(SECOND.lock))
  for (const { count } of [FIRST, SECOND]) engine.writeCell(cell(count), engine.readCell(cell(count)) + 1)
  engine.unlock(record, cell(FIRST.lock))
  engine.unlock(record, cell(SECOND.lock))
}

interface Where {
  readonly engine: Engine
  cell(index: number): number
}
const within = (arena: Arena): Where => ({ engine: arena.engine, cell: (index) => arena.cell(index) })

const TWO_LOCKS = engineModel({
  name: "two-locks",
  claim: "A thread that has two locks, each of which another waits for, gives each to whoever waits for it.",
  invariants: ["L1"],
  search: "preemption-bounded",
  arena: { threads: 3 },
  threads: [
    (arena, record) => addInBoth(within(arena), record),
    (arena, record) => addAlone(arena, record, 1, FIRST),
    (arena, record) => addAlone(arena, record, 1, SECOND),
  ],
  check: (arena) => {
    for (const { count } of [FIRST, SECOND]) must(arena.word(arena.cell(count)) === 2, "An addition was lost")
  },
})

/** Three threads, two rounds each: wakes that are lost only when a third sleeps as well. */
const AGAIN = engineModel({
  name: "mutex-3x2",
  claim: "One thread holds the lock; whoever waits for it gets it in the end, also among three that come again.",
  invariants: ["L1"],
  search: "preemption-bounded",
  mostPreemptions: 2,
  arena: { threads: 3 },
  threads: [0, 1, 2].map(() => (arena: Arena, record: number) => addAlone(arena, record, 2)),
  symmetric: [[0, 1, 2]],
  check: (arena) => must(arena.word(arena.cell(FIRST.count)) === 6, "An addition was lost"),
})

/** What a lock must pass to be one. */
export const LOCK_PROOFS: readonly EngineModel[] = [
  ...["mutex-2", "mutex-2x2", "mutex-3", "spin-2", "try-lock"].map((name) => LOCKS.find((m) => m.name === name)!),
  TWO_LOCKS,
  AGAIN,
]

const TOLD = "told"

/** Takes a lock that may be gone, and gives it back; or is told that it is. */
function lockIfAlive(arena: Arena, record: number): string {
  const { engine } = arena
  const word = engine.readCell(arena.cell(LOCK_WORD))
  try {
    engine.lock(record, word)
  } catch (error) {
    if (!(error instanceof ModelOops) || error.code !== layout.Oops.DeadLock) throw error
    return TOLD
  }
  engine.unlock(record, word)
  return "had it"
}

/**
 * A lock that goes with its module, as in heaps where that is so, while others wait for it: each of those is told, also those who
 * wait behind one that was. None of what tests exclusion: a lock that keeps nobody out passes.
 */
export const DESTROYED: EngineModel = engineModel({
  name: "destroyed-lock",
  claim: "Whoever waits for a lock that goes, or comes later, is told; nobody waits for ever.",
  invariants: ["L1"],
  search: "preemption-bounded",
  mostPreemptions: 2,
  arena: { threads: 3, externalLock: true },
  prepare(arena) {
    arena.words[layout.Header.lifetime >> 2] = layout.Lifetime.IssuerBound
    const record = arena.word(arena.timeline + layout.Timeline.lock) & ~layout.Address.TagMask
    arena.engine.writeCell(arena.cell(LOCK_WORD), record + layout.Lock.word)
    arena.engine.dropModuleRef(arena.module)
  },
  threads: [
    (arena, record) => arena.engine.unload(record, arena.module, arena.word(arena.module)),
    lockIfAlive,
    lockIfAlive,
  ],
  symmetric: [[1, 2]],
  check: (arena, [left]) => {
    must(left === 0, "The module stayed")
    for (const record of arena.threads.slice(1))
      must(lockIfAlive(arena, record) === TOLD, "The lock is gone, and could be taken")
  },
  outcome: (_, [, one, other]) => `${String(one)}, ${String(other)}`,
})

/**
 * No claim, but a measurement: one thread waits, and others come after that, several times. The outcome is how often one
 * of them had the lock before it. In a lock that is first come, first served it is 0 in every order.
 */
export function overtaking(threads: number, rounds: number): EngineModel {
  const others = Array.from({ length: threads - 1 }, () => (arena: Arena, record: number) => {
    const { engine } = arena
    let overtaken = 0
    for (let round = 0; round < rounds; round++) {
      const cameLater = engine.readCell(arena.cell(WAITS)) === 1
      engine.lock(record, arena.cell(FIRST.lock))
      if (cameLater && engine.readCell(arena.cell(WAITS)) === 1) overtaken++
      engine.unlock(record, arena.cell(FIRST.lock))
    }
    return overtaken
  })
  return engineModel({
    name: `overtaking-${threads}x${rounds}`,
    claim: "How often others that came later had the lock before one that was waiting for it.",
    invariants: [],
    ...(threads > 2 ? { search: "preemption-bounded" as const } : {}),
    arena: { threads },
    threads: [waitVisibly, ...others],
    outcome: (_, [, ...overtaken]) => String(overtaken.reduce((sum: number, n) => sum + Number(n), 0)),
  })
}

/** Says when it is waiting, so that others know whether they have come later, and when it has the lock. */
function waitVisibly(arena: Arena, record: number): void {
  let said = false
  const engine = arena.watched(() => {
    if (said) return
    said = true
    arena.engine.writeCell(arena.cell(WAITS), 1)
  })
  engine.lock(record, arena.cell(FIRST.lock))
  // To give a lock back can be a wait as well.
  said = true
  engine.writeCell(arena.cell(WAITS), 2)
  engine.unlock(record, arena.cell(FIRST.lock))
}
