/**
 * Faults of drivers (F31 to F63, docs/LIFETIMES.md) whose outcome depends on the order of steps: each as a model of what the driver
 * should do, which holds in every order, and of what it does, which is refuted (test/models/driver-faults.test.ts).
 */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, type EngineModelParts, engineModel, must } from "./model.js"

const { Action, Header, Timeline } = layout

const FENCE = 0
/** Token of what the driver has of its own: a VM, a display, an importer, a process. */
const OWNER = 1
/** How often a callback has run, how far the hardware is known to be, whether queues run, whether somebody is listed. */
const STATE = 2
const HELD = 3
const LOCK = 4

const at = (arena: Arena, cell: number) => arena.engine.readCell(arena.cell(cell))
const put = (arena: Arena, cell: number, value: number) => arena.engine.writeCell(arena.cell(cell), value)
const fenceOf = (arena: Arena) => at(arena, FENCE)

function issue(arena: Arena): void {
  put(arena, FENCE, arena.fence())
}

/** A fence, and what its driver has of its own. */
function issueOwned(arena: Arena): void {
  issue(arena)
  put(arena, OWNER, arena.engine.createRecord(arena.threads[0]!, 1))
}

/** With the fence's lock. */
function locked(arena: Arena, record: number, body: () => void = () => {}): void {
  const { engine } = arena
  engine.lockFence(record, fenceOf(arena))
  body()
  engine.unlockFence(record, fenceOf(arena))
}

/** A driver's fault, and the model of its code without it. */
export interface DriverFault {
  /** Number in docs/LIFETIMES.md. */
  readonly fault: string
  readonly sound: EngineModel
  readonly broken: EngineModel
  /** What the explorer says of the broken one. */
  readonly says: string
}

type Parts = Omit<EngineModelParts, "name" | "claim">

function driverFault(
  fault: string,
  name: string,
  claim: string,
  says: string,
  parts: (isBroken: boolean) => Parts,
): DriverFault {
  const sound = engineModel({ name, claim, ...parts(false) })
  const broken = engineModel({ name: `${name}-broken`, claim, ...parts(true) })
  return { fault, sound, broken, says }
}

const RECORD = { threads: 2, records: 1 }

export const DRIVER_FAULTS: readonly DriverFault[] = [
  driverFault(
    "F32",
    "kill-listed",
    "Who kills a channel sets no error on a fence that is complete, whoever has polled it (nouveau).",
    "An error is set on a fence that is complete",
    (isBroken) => ({
      invariants: ["I5"],
      arena: { threads: 2, ops: { pollSignaled: () => true } },
      prepare: issue,
      threads: [
        (arena, record) => arena.engine.isSignaled(record, fenceOf(arena)),
        (arena, record) =>
          locked(arena, record, () => {
            const { engine } = arena
            if (!isBroken && engine.hasSignaled(fenceOf(arena)) === 1) return
            must(engine.hasSignaled(fenceOf(arena)) === 0, "An error is set on a fence that is complete")
            engine.setErrorLocked(record, fenceOf(arena), -5)
            engine.signalLocked(record, fenceOf(arena))
          }),
      ],
    }),
  ),
  driverFault(
    "F39",
    "poll-release",
    "What a fence holds is given back once, whoever asks whether it is signaled (user queues).",
    "given back twice",
    (isBroken) => {
      const giveBack = (arena: Arena) =>
        must(arena.engine.addToCell(arena.cell(HELD), -1) === 1, "What a fence holds is given back twice")
      const poll = (arena: Arena, record: number) => {
        const { engine } = arena
        const before = engine.hasSignaled(fenceOf(arena))
        return before === 1 ? 1 : engine.isSignaled(record, fenceOf(arena))
      }
      return {
        invariants: ["I1"],
        arena: {
          threads: 2,
          ops: {
            pollSignaled(arena) {
              if (isBroken) giveBack(arena)
              return true
            },
          },
        },
        prepare(arena) {
          issue(arena)
          put(arena, HELD, 1)
        },
        threads: [poll, poll],
        symmetric: [[0, 1]],
        check(arena) {
          if (!isBroken) giveBack(arena)
          must(arena.word(arena.cell(HELD)) === 0, "It was not given back")
        },
      }
    },
  ),
  driverFault(
    "F42",
    "drop-process",
    "A process is dropped when no op can read it any more: under the lock that ops are called with (KFD).",
    "DeadRecord",
    (isBroken) => ({
      invariants: ["I11"],
      arena: {
        ...RECORD,
        ops: {
          enableSignaling(arena, fence) {
            const process = arena.engine.userOf(fence)
            if (process === 0) return false
            arena.engine.addToRecord(process, 0, 1)
            return true
          },
        },
      },
      prepare(arena) {
        issueOwned(arena)
        arena.engine.setUser(fenceOf(arena), at(arena, OWNER))
      },
      threads: [
        (arena, record) => {
          const { engine } = arena
          const drop = () => {
            engine.setUser(fenceOf(arena), 0)
            engine.discardRecord(record, at(arena, OWNER))
          }
          if (isBroken) drop()
          locked(arena, record, () => {
            if (!isBroken) drop()
            engine.signalLocked(record, fenceOf(arena))
          })
        },
        (arena, record) => arena.engine.enableSignaling(record, fenceOf(arena)),
      ],
    }),
  ),
  driverFault(
    "F45",
    "vm-end",
    "What callbacks use goes when they have returned: who has seen the flag takes the lock once (amdgpu's VM).",
    "DeadRecord",
    (isBroken) => signalerOutlasted(isBroken),
  ),
  driverFault(
    "F46",
    "kept-lock",
    "Who keeps the address of a fence's lock keeps the fence (amdgpu's VM).",
    "DeadLock",
    (isBroken) => ({
      invariants: ["I12"],
      // The barrier has very many orders.
      search: "preemption-bounded",
      mostPreemptions: 1,
      arena: { threads: 2, externalLock: true },
      prepare(arena) {
        issue(arena)
        put(arena, LOCK, arena.word(arena.timeline + Timeline.lock))
        if (!isBroken) arena.engine.addRef(fenceOf(arena))
      },
      threads: [
        (arena, record) => {
          const { engine } = arena
          engine.signal(record, fenceOf(arena))
          engine.dropRef(record, fenceOf(arena))
          engine.closeModuleTimeline(record, arena.timeline)
          engine.barrier(record)
        },
        (arena, record) => {
          const { engine } = arena
          engine.lockShared(record, at(arena, LOCK))
          engine.unlockShared(record, at(arena, LOCK))
          if (!isBroken) engine.dropRef(record, fenceOf(arena))
        },
      ],
    }),
  ),
  driverFault(
    "F50",
    "resume-late",
    "Queues run again only when the fence that stopped them is signaled (amdgpu's eviction).",
    "run before the signal",
    (isBroken) => ({
      invariants: ["I1"],
      arena: { threads: 2 },
      prepare: issue,
      threads: [
        (arena, record) => {
          if (isBroken) put(arena, STATE, 1)
          arena.engine.signal(record, fenceOf(arena))
          put(arena, STATE, 1)
        },
        (arena) => {
          const runs = at(arena, STATE) === 1
          must(!runs || arena.engine.hasSignaled(fenceOf(arena)) === 1, "The queues run before the signal")
        },
      ],
    }),
  ),
  driverFault(
    "F53",
    "retire-signaled",
    "Who frees what callbacks use does not take the flag for their end (i915).",
    "its callbacks have not run",
    (isBroken) => ({
      invariants: ["I2"],
      arena: { threads: 2 },
      prepare(arena) {
        issue(arena)
        arena.engine.addCallback(arena.threads[1]!, fenceOf(arena), Action.AddToCell, arena.cell(STATE))
      },
      threads: [
        (arena, record) => arena.engine.signal(record, fenceOf(arena)),
        (arena, record) => {
          if (arena.engine.hasSignaled(fenceOf(arena)) === 0) return "pending"
          if (!isBroken) locked(arena, record)
          must(at(arena, STATE) === 1, "A request is freed, and its callbacks have not run")
          return "freed"
        },
      ],
      outcome: (_, [, found]) => String(found),
    }),
  ),
  driverFault(
    "F56",
    "display-end",
    "A display that fences are named through waits for readers before it goes; its module's wait comes too late (drm_crtc).",
    "DeadRecord",
    (isBroken) => ({
      invariants: ["I6", "I8"],
      arena: RECORD,
      prepare: issueOwned,
      threads: [
        (arena, record) => {
          const { engine } = arena
          engine.signal(record, fenceOf(arena))
          if (!isBroken) engine.synchronize(record)
          engine.discardRecord(record, at(arena, OWNER))
        },
        (arena, record) => {
          const { engine } = arena
          const name = engine.driverName(record, fenceOf(arena))
          if (name !== Header.detachedDriver) engine.readRecord(at(arena, OWNER), 0)
          engine.readUnlock(record)
        },
      ],
    }),
  ),
  driverFault(
    "F57",
    "slot-winner",
    "Of two who see the counter move one takes the slots (amdgpu's ring).",
    "has been taken",
    (isBroken) => {
      const process = (arena: Arena, record: number) => {
        const { engine } = arena
        const seen = arena.cell(STATE) >> 2
        const last = at(arena, STATE)
        if (last === 1) return
        if (isBroken) put(arena, STATE, 1)
        else if (Atomics.compareExchange(arena.words, seen, last, 1) !== last) return
        const fence = engine.replace(arena.cell(FENCE), 0)
        must(fence !== 0, "A slot that was won has been taken")
        engine.signal(record, fence)
        engine.dropRef(record, fence)
      }
      return {
        invariants: ["I1", "I9"],
        arena: { threads: 2 },
        prepare: issue,
        threads: [process, process],
        symmetric: [[0, 1]],
      }
    },
  ),
  driverFault(
    "F59",
    "importer-end",
    "Who goes takes its callbacks down before, under the lock that they run with (an importer).",
    "DeadRecord",
    (isBroken) => ({
      invariants: ["I2"],
      arena: RECORD,
      prepare(arena) {
        issueOwned(arena)
        put(arena, STATE, 1)
      },
      threads: [
        (arena, record) =>
          locked(arena, record, () => {
            arena.engine.signalLocked(record, fenceOf(arena))
            if (at(arena, STATE) === 1) arena.engine.addToRecord(at(arena, OWNER), 0, 1)
          }),
        (arena, record) => {
          if (!isBroken) locked(arena, record, () => put(arena, STATE, 0))
          arena.engine.discardRecord(record, at(arena, OWNER))
        },
      ],
    }),
  ),
]

/** The signaler writes after the flag, with the lock held: what it writes to must be there until it has given the lock back. */
function signalerOutlasted(isBroken: boolean): Parts {
  return {
    invariants: ["I2"],
    arena: RECORD,
    prepare: issueOwned,
    threads: [
      (arena, record) =>
        locked(arena, record, () => {
          arena.engine.signalLocked(record, fenceOf(arena))
          arena.engine.addToRecord(at(arena, OWNER), 0, 1)
        }),
      (arena, record) => {
        if (arena.engine.hasSignaled(fenceOf(arena)) === 0) return "pending"
        if (!isBroken) locked(arena, record)
        arena.engine.discardRecord(record, at(arena, OWNER))
        return "ended"
      },
    ],
    outcome: (_, [, found]) => String(found),
  }
}
