/** The fence without a lock (`engine/lab/lock-free-fence.ts`): over a build that has it, which is not the package's. */
import { type Engine, layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Action, Callback, Kind } = layout
const [FENCE, RAN, OLDER, NEWER] = [0, 1, 2, 3]

interface FreeEngine extends Engine {
  createFree(thread: number): number
  signalFree(thread: number, fence: number): number
  hasSignaledFree(fence: number): number
  addFree(thread: number, fence: number, action: number, argument: number): number
  removeFree(thread: number, node: number): number
  destroyFree(thread: number, fence: number): void
}

const engineOf = (arena: Arena) => arena.engine as FreeEngine
const at = (arena: Arena, index: number) => arena.word(arena.cell(index))
const ran = (arena: Arena) => at(arena, RAN)

const signal = (arena: Arena, record: number) => engineOf(arena).signalFree(record, at(arena, FENCE))
const add = (arena: Arena, record: number) =>
  engineOf(arena).addFree(record, at(arena, FENCE), Action.AddToCell, arena.cell(RAN))
/** 1: it will not run. 0: it has run. */
const remove = (index: number) => (arena: Arena, record: number) => engineOf(arena).removeFree(record, at(arena, index))

function issue(arena: Arena): void {
  arena.engine.writeCell(arena.cell(FENCE), engineOf(arena).createFree(arena.threads[0]!))
}

/** A fence with two callbacks. */
function issueWithTwo(arena: Arena): void {
  issue(arena)
  for (const index of [OLDER, NEWER]) arena.engine.writeCell(arena.cell(index), add(arena, arena.threads[0]!))
}

/** Completes the fence, if nobody has, takes these callbacks back, and destroys the fence: how many ran, and all records are free. */
function settle(arena: Arena, hanging: readonly number[], expected: number): void {
  const main = arena.threads[0]!
  const engine = engineOf(arena)
  signal(arena, main)
  must(engine.hasSignaledFree(at(arena, FENCE)) === 1, "It was signaled, and is not complete")
  must(ran(arena) === expected, `${ran(arena)} callbacks ran, not ${expected}`)
  for (const node of hanging) must(engine.removeFree(main, node) === 0, "It has run, and could be removed")
  engine.destroyFree(main, at(arena, FENCE))
  // What a depot could not take at once.
  engine.barrier(main)
  for (const kind of [Kind.Callback, Kind.Fence])
    must(engine.countInUse(kind) === 0, `${engine.countInUse(kind)} records were lost`)
}

/** Removes one, and tells at once whether what was said of it is so: afterwards others may run theirs. */
function removeAndLook(index: number) {
  return (arena: Arena, record: number) => {
    const removed = remove(index)(arena, record)
    must(removed === 1 || arena.engine.readCell(arena.cell(RAN)) > 0, "It is said to have run, and has not yet")
    return removed
  }
}

/** What a fence without a lock must pass to be one. */
export const LOCK_FREE_PROOFS: readonly EngineModel[] = [
  engineModel({
    name: "free-signal-signal",
    claim: "One of two signals wins; the callbacks run once, in the order in which they were added.",
    invariants: ["I1", "I2", "I3"],
    arena: { threads: 2 },
    prepare: issueWithTwo,
    threads: [signal, signal],
    symmetric: [[0, 1]],
    check(arena, [a, b]) {
      must(Number(a) + Number(b) === 1, `${Number(a) + Number(b)} threads won the signal`)
      const before = [OLDER, NEWER].map((index) => arena.word(at(arena, index) + Callback.before))
      must(before.join() === "0,1", "They ran in another order")
      settle(arena, [at(arena, OLDER), at(arena, NEWER)], 2)
    },
  }),
  engineModel({
    name: "free-signal-add",
    claim: "A callback that was added runs once, by the time signal() returns; one that was refused never does.",
    invariants: ["I2"],
    arena: { threads: 2 },
    prepare: issue,
    threads: [signal, add],
    outcome: (_, [, added]) => (added === 0 ? "too late" : "added"),
    check(arena, [, added]) {
      must(
        ran(arena) === (added === 0 ? 0 : 1),
        `It was ${added === 0 ? "refused" : "added"} and ran ${ran(arena)} times`,
      )
      settle(arena, added === 0 ? [] : [Number(added)], added === 0 ? 0 : 1)
    },
  }),
  engineModel({
    name: "free-add-add",
    claim: "Of two callbacks that are added at once neither is lost.",
    invariants: ["I2"],
    arena: { threads: 2 },
    prepare: issue,
    threads: [add, add],
    symmetric: [[0, 1]],
    check: (arena, added) => settle(arena, added.map(Number), 2),
  }),
  engineModel({
    name: "free-signal-remove",
    claim: "A callback was removed, and never runs, or it has run when removing ends.",
    invariants: ["I2"],
    arena: { threads: 2 },
    prepare: issueWithTwo,
    threads: [signal, removeAndLook(OLDER)],
    outcome: (_, [, removed]) => (removed === 1 ? "removed" : "ran"),
    check: (arena, [, removed]) => settle(arena, [at(arena, NEWER)], removed === 1 ? 1 : 2),
  }),
  engineModel({
    name: "free-signal-remove-newest",
    claim: "The newest callback is taken off at once or left to the signaler, and its record goes back once.",
    invariants: ["I2"],
    arena: { threads: 2 },
    prepare: issueWithTwo,
    threads: [signal, remove(NEWER)],
    outcome: (_, [, removed]) => (removed === 1 ? "removed" : "ran"),
    check: (arena, [, removed]) => settle(arena, [at(arena, OLDER)], removed === 1 ? 1 : 2),
  }),
  engineModel({
    name: "free-add-remove",
    claim: "A callback is added while the one below it is removed: neither is lost, nor anybody's record.",
    invariants: ["I2"],
    arena: { threads: 2, callbacks: 3 },
    prepare: issueWithTwo,
    threads: [add, remove(NEWER)],
    check: (arena, [added, removed]) => {
      must(removed === 1, "Nobody has signaled, and it could not be removed")
      settle(arena, [Number(added), at(arena, OLDER)], 2)
    },
  }),
  engineModel({
    name: "free-three",
    claim: "One signals, one adds, one removes: each callback runs once, or was removed, or refused.",
    invariants: ["I1", "I2"],
    search: "preemption-bounded",
    arena: { threads: 3, callbacks: 3 },
    prepare: issueWithTwo,
    threads: [signal, add, remove(NEWER)],
    check(arena, [, added, removed]) {
      const hanging = [at(arena, OLDER), ...(added === 0 ? [] : [Number(added)])]
      settle(arena, hanging, hanging.length + (removed === 1 ? 0 : 1))
    },
  }),
]
