/**
 * What every lock must stand, whatever its algorithm. A queue is wrong in ways that one lock, or two threads, never show:
 * so there is a model with two locks and three threads, and each wake is counted by three.
 */
import { layout } from "@outlive/core/engine-js"
import { counter, twoLocks } from "@outlive/programs"
import { type Arena, ModelOops } from "./arena.js"
import { LOCKS } from "./locks.js"
import { type EngineModel, engineModel, must } from "./model.js"
import { programModel } from "./program-model.js"

const LOCK = 0
const WAITS = 4
const LOCK_WORD = 5

const TWO_LOCKS = programModel(twoLocks, { threads: 3, turns: 1, preemptions: 3 }, { name: "two-locks" })

/** Three threads, two rounds each: wakes that are lost only when a third sleeps as well. */
const AGAIN = programModel(counter, { threads: 3, turns: 2, preemptions: 2 }, { name: "mutex-3x2" })

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
      engine.lock(record, arena.cell(LOCK))
      if (cameLater && engine.readCell(arena.cell(WAITS)) === 1) overtaken++
      engine.unlock(record, arena.cell(LOCK))
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
  engine.lock(record, arena.cell(LOCK))
  // To give a lock back can be a wait as well.
  said = true
  engine.writeCell(arena.cell(WAITS), 2)
  engine.unlock(record, arena.cell(LOCK))
}
