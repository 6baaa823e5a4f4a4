/** One fence: signaling against everything that others may be doing with it. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Action, Fence, Flag } = layout
const FENCE = 0
const RAN = 1
const ENABLED = 2

const fenceOf = (arena: Arena) => arena.engine.readCell(arena.cell(FENCE))
const signal = (arena: Arena, record: number) => arena.engine.signal(record, fenceOf(arena))
const ran = (arena: Arena) => arena.word(arena.cell(RAN))

/** Leaves a pending fence for the threads. */
function issue(arena: Arena): void {
  arena.engine.writeCell(arena.cell(FENCE), arena.fence())
}

/** Waits as the host does: asks what to sleep on, and sleeps. */
function wait(arena: Arena, record: number): void {
  const fence = fenceOf(arena)
  for (;;) {
    const value = arena.engine.prepareWait(record, fence)
    if (value === 0) break
    Atomics.wait(arena.words, (fence + Fence.flags) >> 2, value)
  }
  arena.engine.finishWait(record, fence)
}

function askLocked(arena: Arena, record: number): number {
  const fence = fenceOf(arena)
  arena.engine.lockFence(record, fence)
  const complete = arena.engine.isSignaledLocked(record, fence)
  arena.engine.unlockFence(record, fence)
  return complete
}

function addCounter(arena: Arena, record: number): number {
  return arena.engine.addCallback(record, fenceOf(arena), Action.AddToCell, arena.cell(RAN))
}

export const FENCES: readonly EngineModel[] = [
  engineModel({
    name: "signal-signal",
    claim: "One of two signals wins.",
    invariants: ["I1"],
    arena: { threads: 2 },
    prepare: issue,
    threads: [signal, signal],
    symmetric: [[0, 1]],
    check: (arena, [a, b]) => {
      must(Number(a) + Number(b) === 1, `${Number(a) + Number(b)} threads won the signal`)
      must(arena.hasSignaled(arena.word(arena.cell(FENCE))), "The fence is not signaled")
    },
  }),
  ...[false, true].map((externalLock) =>
    engineModel({
      name: externalLock ? "signal-add-external" : "signal-add",
      claim: "A callback that was added runs once, by the time signal() returns; one that was refused never does.",
      invariants: ["I2"],
      arena: { threads: 2, externalLock },
      prepare: issue,
      threads: [signal, addCounter],
      outcome: (_, [, added]) => (added === 0 ? "too late" : "added"),
      check: (arena, [, added]) => must(ran(arena) === (added === 0 ? 0 : 1), `The callback ran ${ran(arena)} times`),
    }),
  ),
  engineModel({
    name: "signal-remove",
    claim: "A callback runs, or was removed.",
    invariants: ["I2"],
    arena: { threads: 2 },
    prepare(arena) {
      issue(arena)
      arena.engine.writeCell(arena.cell(3), addCounter(arena, arena.threads[1]!))
    },
    threads: [signal, (arena, record) => arena.engine.removeCallback(record, arena.engine.readCell(arena.cell(3)))],
    outcome: (_, [, removed]) => (removed === 1 ? "removed" : "ran"),
    check: (arena, [, removed]) =>
      must(
        ran(arena) === (removed === 1 ? 0 : 1),
        `It was ${removed === 1 ? "" : "not "}removed and ran ${ran(arena)} times`,
      ),
  }),
  engineModel({
    name: "signal-wait",
    claim: "Nobody sleeps through a signal, and no wait ends before it.",
    invariants: ["I1", "I2"],
    arena: { threads: 2 },
    prepare: issue,
    threads: [
      signal,
      (arena, record) => {
        wait(arena, record)
        return arena.engine.hasSignaled(fenceOf(arena))
      },
    ],
    check: (_, [, signaled]) => must(signaled === 1, "A wait ended before the signal"),
  }),
  engineModel({
    name: "signal-wait-wait",
    claim: "A signal wakes all who wait.",
    invariants: ["I1"],
    search: "preemption-bounded",
    arena: { threads: 3 },
    prepare: issue,
    threads: [signal, wait, wait],
    symmetric: [[1, 2]],
  }),
  engineModel({
    name: "wait-callbacks",
    claim: "When a wait returns, callbacks that were added before have run.",
    invariants: ["I2"],
    arena: { threads: 2 },
    prepare(arena) {
      issue(arena)
      addCounter(arena, arena.threads[1]!)
    },
    threads: [
      signal,
      (arena, record) => {
        wait(arena, record)
        return arena.engine.readCell(arena.cell(RAN))
      },
    ],
    check: (_, [, seen]) => must(seen === 1, "A wait returned, and a callback added before has not run"),
  }),
  engineModel({
    name: "signal-enable",
    claim: "The issuer is asked once to enable signaling, and never when the fence is complete.",
    invariants: ["I11"],
    arena: {
      threads: 3,
      ops: {
        enableSignaling(arena, fence) {
          must(!arena.engine.hasSignaled(fence), "The issuer was asked although the fence is complete")
          must(arena.engine.addToCell(arena.cell(ENABLED), 1) === 0, "The issuer was asked twice")
          return true
        },
      },
    },
    prepare: issue,
    threads: [
      signal,
      (arena, record) => arena.engine.enableSignaling(record, fenceOf(arena)),
      (arena, record) => arena.engine.enableSignaling(record, fenceOf(arena)),
    ],
    symmetric: [[1, 2]],
  }),
  engineModel({
    name: "signal-poll",
    claim: "Whoever asks may complete the fence; one does, and who is told yes finds it complete.",
    invariants: ["I1"],
    arena: { threads: 2, ops: { pollSignaled: () => true } },
    prepare: issue,
    threads: [
      signal,
      (arena, record) => {
        const told = arena.engine.isSignaled(record, fenceOf(arena))
        // It may be told no if the signal detached the issuer after it had looked: then the next question is answered yes.
        return [told, arena.engine.isSignaled(record, fenceOf(arena))]
      },
    ],
    outcome: (_, [, told]) => String(told),
    check: (arena, [, told]) => {
      must((told as number[])[1] === 1, "The issuer said that it is complete, and isSignaled did not, twice")
      must(arena.hasSignaled(arena.word(arena.cell(FENCE))), "The fence is not signaled")
    },
  }),
  engineModel({
    name: "poll-locked",
    claim: "Asking under the lock may complete the fence, and takes the lock once.",
    invariants: ["I5", "L2"],
    arena: { threads: 2, ops: { pollSignaled: () => true } },
    prepare: issue,
    threads: [signal, askLocked],
    outcome: (_, [won, complete]) => `${String(won)} ${String(complete)}`,
    check: (arena, [, complete]) => {
      must(complete === 1, "Its issuer said that it was complete")
      must(arena.hasSignaled(arena.word(arena.cell(FENCE))), "The fence is not signaled")
    },
  }),
  engineModel({
    name: "signal-error",
    claim: "An error is set before the signal, or refused; the status does not change afterwards.",
    invariants: ["I5"],
    arena: { threads: 2 },
    prepare: issue,
    threads: [
      (arena, record) => {
        signal(arena, record)
        const before = arena.engine.status(record, fenceOf(arena))
        return [before, arena.engine.status(record, fenceOf(arena))]
      },
      (arena, record) => arena.engine.setError(record, fenceOf(arena), -5),
    ],
    outcome: (_, [statuses, set]) => `${String((statuses as number[])[0])} ${String(set)}`,
    check: (_, [statuses, set]) => {
      const [first, second] = statuses as [number, number]
      must(first === second, "The status of a complete fence has changed")
      must(first === (set === 0 ? -5 : 1), `The error was ${set === 0 ? "" : "not "}set, and the status is ${first}`)
    },
  }),
  engineModel({
    name: "signal-time",
    claim: "Whoever sees TIMESTAMP finds the time.",
    invariants: ["I4"],
    arena: { threads: 2 },
    prepare(arena) {
      issue(arena)
      addCounter(arena, arena.threads[0]!)
    },
    threads: [
      (arena, record) => {
        arena.words[(record + layout.Thread.nowLo) >> 2] = 99
        arena.words[(record + layout.Thread.nowHi) >> 2] = 0
        arena.engine.signalFailed(record, fenceOf(arena), 0, 1)
      },
      (arena) => {
        const fence = fenceOf(arena)
        if ((arena.engine.flagsOf(fence) & Flag.Timestamp) === 0) return 99
        return arena.engine.readCell(fence + Fence.timeLo)
      },
    ],
    check: (_, [, time]) => must(time === 99, `TIMESTAMP is set, and the time is ${String(time)}`),
  }),
  engineModel({
    name: "drop-callback",
    claim: "A fence with a callback waiting that loses its last reference is signaled, and the callback runs.",
    invariants: ["I10"],
    arena: { threads: 2 },
    prepare(arena) {
      issue(arena)
      arena.engine.addRef(arena.word(arena.cell(FENCE)))
      addCounter(arena, arena.threads[1]!)
    },
    threads: [
      (arena, record) => arena.engine.dropRef(record, fenceOf(arena)),
      (arena, record) => arena.engine.dropRef(record, fenceOf(arena)),
    ],
    symmetric: [[0, 1]],
    check: (arena) => must(ran(arena) === 1, `The callback ran ${ran(arena)} times`),
  }),
]
