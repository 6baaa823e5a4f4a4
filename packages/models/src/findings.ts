/**
 * Candidate findings about issuers, put to models of ours: inference, about code that we have not run. Each fails when the
 * finding is right about what it models; of C4, which says that something never happens, the model holds (docs/FINDINGS.md, test/models/findings.test.ts).
 */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Thread } = layout

const FENCE = 0
/** How far the hardware is, and how far its driver knows it to be. */
const HARDWARE = 1
const LAST_SEEN = 2
/** Whether a fence is linked into its driver's queue. */
const LINKED = 3
/** References on a fence driver, and fences on its list. */
const DRIVER_REFS = 4
const LISTED = 5
const CANCELLED = 6

const SEQNO = 1

const fenceOf = (arena: Arena) => arena.engine.readCell(arena.cell(FENCE))
const asker = (arena: Arena) => arena.threads.find((record) => arena.word(record + Thread.asking) > 0)!

function issue(arena: Arena): void {
  arena.engine.writeCell(arena.cell(FENCE), arena.fence())
}

/** The hardware passes the fence. */
const pass = (arena: Arena) => arena.engine.writeCell(arena.cell(HARDWARE), SEQNO)

export const FINDINGS: readonly EngineModel[] = [
  engineModel({
    name: "status-wakes",
    claim:
      "An issuer whose poll wakes all waiters can be asked under the fence's lock, which is the queue's (radeon, C1).",
    invariants: ["L2"],
    arena: {
      threads: 2,
      externalLock: true,
      ops: {
        pollSignaled(arena, fence) {
          const { engine } = arena
          const moved = engine.readCell(arena.cell(HARDWARE)) !== engine.readCell(arena.cell(LAST_SEEN))
          if (!moved) return false
          engine.writeCell(arena.cell(LAST_SEEN), engine.readCell(arena.cell(HARDWARE)))
          // Wakes all: under the queue's lock.
          engine.lockFence(asker(arena), fence)
          engine.unlockFence(asker(arena), fence)
          return true
        },
      },
    },
    prepare: issue,
    threads: [
      pass,
      (arena, record) => {
        const { engine } = arena
        engine.lockFence(record, fenceOf(arena))
        const status = engine.isSignaledLocked(record, fenceOf(arena))
        engine.unlockFence(record, fenceOf(arena))
        return status
      },
    ],
  }),
  engineModel({
    name: "force-hardware",
    claim: "What is forced at the end completes every fence that is linked into the queue (radeon, C2).",
    invariants: ["W1"],
    arena: {
      threads: 2,
      externalLock: true,
      ops: {
        enableSignaling(arena) {
          const { engine } = arena
          if (engine.readCell(arena.cell(LAST_SEEN)) >= SEQNO) return false
          engine.writeCell(arena.cell(LINKED), 1)
          return true
        },
      },
    },
    prepare: issue,
    threads: [
      (arena, record) => {
        const { engine } = arena
        // It moves the hardware's counter; the wake-up looks at what was seen last.
        pass(arena)
        engine.lockFence(record, fenceOf(arena))
        if (engine.readCell(arena.cell(LINKED)) === 1 && engine.readCell(arena.cell(LAST_SEEN)) >= SEQNO)
          engine.signalLocked(record, fenceOf(arena))
        engine.unlockFence(record, fenceOf(arena))
      },
      (arena, record) => arena.engine.enableSignaling(record, fenceOf(arena)),
    ],
    check(arena) {
      const fence = arena.word(arena.cell(FENCE))
      const isLeft = arena.word(arena.cell(LINKED)) === 1 && !arena.hasSignaled(fence)
      must(!isLeft, "A fence is pending and linked into a queue that is freed now")
    },
  }),
  engineModel({
    name: "poll-other-lock",
    claim: "An issuer may ask whether its fence is signaled under a lock that is not the fence's (user queues, C3).",
    invariants: ["I5"],
    arena: { threads: 2, ops: { pollSignaled: (arena) => arena.engine.readCell(arena.cell(HARDWARE)) >= SEQNO } },
    prepare: issue,
    threads: [
      pass,
      (arena, record) => {
        const list = arena.cell(LINKED)
        arena.engine.lock(record, list)
        const status = arena.engine.isSignaledLocked(record, fenceOf(arena))
        arena.engine.unlock(record, list)
        return status
      },
    ],
  }),
  engineModel({
    name: "cancel-loop",
    claim: "When the last reference on a fence driver goes, nothing is left on its list to cancel (user queues, C4).",
    invariants: ["I9"],
    arena: { threads: 2 },
    prepare(arena) {
      issue(arena)
      // The queue's reference, and the listed fence's.
      arena.engine.writeCell(arena.cell(DRIVER_REFS), 2)
      arena.engine.writeCell(arena.cell(LISTED), 1)
    },
    threads: [
      // The queue is destroyed.
      put,
      // The fence is signaled, taken off the list, and released.
      (arena, record) => {
        arena.engine.signal(record, fenceOf(arena))
        arena.engine.addToCell(arena.cell(LISTED), -1)
        put(arena)
      },
    ],
    check: (arena) =>
      must(arena.word(arena.cell(CANCELLED)) === 0, "The loop that cancels found something on the list"),
  }),
  engineModel({
    name: "poll-signals",
    claim:
      "An issuer that is asked without the lock may take it, and ask for its own fence's state (nouveau and xe, 2026, C6).",
    invariants: ["L2"],
    arena: {
      threads: 2,
      externalLock: true,
      lifetime: {
        ops: "detach",
        names: "always",
        ask: "unlocked",
        unload: "grace",
        pins: "keepers",
        locks: "counted",
      },
      ops: {
        pollSignaled: (arena) => arena.engine.readCell(arena.cell(HARDWARE)) >= SEQNO,
        enableSignaling(arena, fence) {
          const record = asker(arena)
          arena.engine.lockFence(record, fence)
          // The poll signals by itself now, and takes the lock.
          const isDone = arena.engine.isSignaled(record, fence) === 1
          arena.engine.unlockFence(record, fence)
          return !isDone
        },
      },
    },
    prepare: issue,
    threads: [pass, (arena, record) => arena.engine.enableSignaling(record, fenceOf(arena))],
  }),
]

/** Gives a reference on the fence driver back; the last one cancels what is listed. */
function put(arena: Arena): void {
  const { engine } = arena
  if (engine.addToCell(arena.cell(DRIVER_REFS), -1) !== 1) return
  engine.writeCell(arena.cell(CANCELLED), engine.readCell(arena.cell(LISTED)))
}
