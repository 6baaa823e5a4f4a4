/**
 * What drivers do at the end of a fence, a ring, a channel: the interleavings for which asking without the lock was not taken.
 * Each holds under the lifetimes that it was written for, and is refuted under `unlocked` (test/models/drivers.test.ts).
 * After DRIVERS.md §7.2: our own words, and models of ours, not of the drivers' text.
 */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Header, Lifetime, Thread } = layout

const FENCE = 0
/** Token of the issuer's record: a ring, a manager, a process, a channel. */
const OWNER = 1
/** How many fences have asked for the channel's event, under the channel's lock. */
const NOTIFY = 2
/** The issuer's own lock, or another count. */
const OTHER = 3

/** Word of the issuer's record: a timer that is armed, a work that is queued. */
const ARMED = 0
/** A user bit: this fence has a share in `NOTIFY`. */
const NOTIFIES = 1 << 16

const fenceOf = (arena: Arena) => arena.engine.readCell(arena.cell(FENCE))
const ownerOf = (arena: Arena) => arena.engine.readCell(arena.cell(OWNER))

/** Whether this heap's unloads wait for readers, and an issuer that ends something of its own should. */
const waits = (arena: Arena) => (arena.word(Header.lifetime) & Lifetime.Grace) !== 0
const asksOpenly = (arena: Arena) => (arena.word(Header.lifetime) & Lifetime.Unlocked) !== 0

/** The thread that is in an issuer's function now; of these models one at most is. */
function asker(arena: Arena): number {
  return arena.threads.find((record) => arena.word(record + Thread.asking) > 0)!
}

function issue(arena: Arena): void {
  arena.engine.writeCell(arena.cell(FENCE), arena.fence())
  arena.engine.writeCell(arena.cell(OWNER), arena.engine.createRecord(arena.threads[0]!, 1))
}

const enable = (arena: Arena, record: number) => arena.engine.enableSignaling(record, fenceOf(arena))

/** Arms the timer, or queues the work, of whoever owns the fence. */
function arm(arena: Arena): boolean {
  arena.engine.writeRecord(ownerOf(arena), ARMED, 1)
  return true
}

/** Deletes the timer, or cancels the work. */
const disarm = (arena: Arena) => arena.engine.exchangeRecord(ownerOf(arena), ARMED, 0)

/** Ends the fence, then its owner. `cancelsAgain`: what an op that was running has armed meanwhile. */
function endOwner(arena: Arena, record: number, cancelsAgain: boolean): void {
  const { engine } = arena
  engine.signal(record, fenceOf(arena))
  disarm(arena)
  if (waits(arena)) {
    engine.synchronize(record)
    if (cancelsAgain) disarm(arena)
  }
  must(engine.readRecord(ownerOf(arena), ARMED) === 0, "It is armed, and its memory is given back: it will fire there")
  engine.discardRecord(record, ownerOf(arena))
}

/** The same question of two issuers. */
const arming = (name: string, claim: string, cancelsAgain: boolean) =>
  engineModel({
    name,
    claim,
    invariants: ["I11"],
    arena: { threads: 2, records: 1, ops: { enableSignaling: arm } },
    prepare: issue,
    threads: [(arena, record) => endOwner(arena, record, cancelsAgain), enable],
    outcome: (_, [, armed]) => String(armed),
  })

function issueOnly(arena: Arena): void {
  arena.engine.writeCell(arena.cell(FENCE), arena.fence())
}

/** Whoever asks with the fence's lock held takes the issuer's; whoever wakes with the issuer's held takes the fence's. */
const wakeQueue = (name: string, externalLock: boolean, claim: string) =>
  engineModel({
    name,
    claim,
    invariants: ["I15"],
    arena: {
      threads: 2,
      externalLock,
      ops: {
        enableSignaling(arena, fence) {
          const { engine } = arena
          // The queue's lock is the fence's own, and held; or it is another, and taken.
          if (externalLock && !asksOpenly(arena)) return link(arena)
          const word = queueOf(arena, fence)
          engine.lock(asker(arena), word)
          link(arena)
          engine.unlock(asker(arena), word)
          return true
        },
      },
    },
    prepare: issueOnly,
    threads: [
      (arena, record) => {
        const { engine } = arena
        const fence = fenceOf(arena)
        const word = queueOf(arena, fence)
        engine.lock(record, word)
        if (externalLock) engine.signalLocked(record, fence)
        else engine.signal(record, fence)
        engine.unlock(record, word)
      },
      enable,
    ],
  })

function link(arena: Arena): boolean {
  arena.engine.writeCell(arena.cell(NOTIFY), 1)
  return true
}

/** The wake queue's lock: the fence's borrowed one, or a word of its own. */
function queueOf(arena: Arena, fence: number): number {
  const flags = arena.word(fence + layout.Fence.flags)
  if (flags & layout.Flag.InlineLock) return arena.cell(OTHER)
  return (arena.word(fence + layout.Fence.lock) & ~63) + layout.Lock.word
}

export const DRIVERS: readonly EngineModel[] = [
  arming("ring-timer", "A ring's fallback timer is not armed when the ring is freed (amdgpu).", true),
  arming("evict-work", "No work is queued with a manager that has gone (amdgpu's queue eviction).", true),
  engineModel({
    name: "evict-mm",
    claim: "A process is dropped once, and no op that asks for its eviction reads it afterwards (KFD).",
    invariants: ["I11"],
    arena: {
      threads: 2,
      records: 1,
      ops: {
        enableSignaling(arena, fence) {
          const process = arena.engine.userOf(fence)
          if (process === 0) return false
          arena.engine.addToRecord(process, ARMED, 1)
          return true
        },
      },
    },
    prepare(arena) {
      issue(arena)
      arena.engine.setUser(fenceOf(arena), ownerOf(arena))
    },
    threads: [
      (arena, record) => {
        const { engine } = arena
        const fence = fenceOf(arena)
        engine.lockFence(record, fence)
        const process = engine.userOf(fence)
        engine.setUser(fence, 0)
        engine.discardRecord(record, process)
        engine.signalLocked(record, fence)
        engine.unlockFence(record, fence)
      },
      enable,
    ],
    outcome: (_, [, armed]) => String(armed),
  }),
  engineModel({
    name: "channel-notify",
    claim:
      "A channel's event is on for the pending fences that asked for it, and off when there are none (nouveau, 2024).",
    invariants: ["I11"],
    arena: {
      threads: 2,
      externalLock: true,
      ops: {
        enableSignaling(arena, fence) {
          const { engine } = arena
          const record = asker(arena)
          // The channel's lock is the fence's: who is asked without it takes it.
          if (asksOpenly(arena)) engine.lockFence(record, fence)
          engine.writeCell(arena.cell(NOTIFY), engine.readCell(arena.cell(NOTIFY)) + 1)
          engine.claimUserBit(fence, NOTIFIES)
          if (asksOpenly(arena)) engine.unlockFence(record, fence)
          return true
        },
      },
    },
    prepare: issueOnly,
    threads: [
      (arena, record) => {
        const { engine } = arena
        const fence = fenceOf(arena)
        engine.lockFence(record, fence)
        engine.signalLocked(record, fence)
        const asked = engine.claimUserBit(fence, NOTIFIES) === 0
        if (asked) engine.writeCell(arena.cell(NOTIFY), engine.readCell(arena.cell(NOTIFY)) - 1)
        engine.unlockFence(record, fence)
      },
      enable,
    ],
    check: (arena) => must(arena.word(arena.cell(NOTIFY)) === 0, "No fence is pending, and the event stays on"),
  }),
  engineModel({
    name: "channel-count",
    claim: "Of two who ask for a channel's event at once, both count (nouveau, 2026; a list of xe's).",
    invariants: ["I11"],
    arena: {
      threads: 2,
      externalLock: true,
      ops: {
        enableSignaling(arena) {
          const { engine } = arena
          engine.writeCell(arena.cell(NOTIFY), engine.readCell(arena.cell(NOTIFY)) + 1)
          return true
        },
      },
    },
    prepare(arena) {
      issueOnly(arena)
      arena.engine.writeCell(arena.cell(OTHER), arena.fence())
    },
    threads: [
      enable,
      (arena, record) => arena.engine.enableSignaling(record, arena.engine.readCell(arena.cell(OTHER))),
    ],
    symmetric: [[0, 1]],
    check: (arena) => must(arena.word(arena.cell(NOTIFY)) === 2, "Two fences wait for the event, and it counts one"),
  }),
  wakeQueue("wake-queue", true, "Whoever asks and whoever wakes take one lock, the queue's (radeon)."),
]

/** Mistakes that stay one under some lifetimes: why radeon's lock is not its fences' own, and why a timer is deleted twice. */
export const MISTAKES: readonly EngineModel[] = [
  wakeQueue(
    "wake-queue-inline",
    false,
    "With a lock of its own for each fence, whoever asks and whoever wakes take two, in opposite order (radeon).",
  ),
  arming(
    "ring-timer-once",
    "A ring's fallback timer that is deleted before the grace period only is armed again.",
    false,
  ),
]
