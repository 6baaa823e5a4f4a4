/** What issuers bring of their own, against whoever comes while it goes: records, locks of several timelines, slabs, a module's end. */
import { layout } from "@outlive/core/engine-js"
import { type Arena, ModelOops } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Fence, Kind, Lock, Oops, Timeline, TimelineTrait } = layout
const TOKEN = 0
const SECRET = 7
const WORD = 3
/** Bits of a fence from here on are issuers'. */
const BIT = layout.Flag.User
const CAME = 1

const tokenIn = (arena: Arena) => arena.engine.readCell(arena.cell(TOKEN))

/** What a call answers; "dead" where it ends with this oops, which is expected. */
function unless<T>(code: number, body: () => T): T | "dead" {
  try {
    return body()
  } catch (error) {
    if (error instanceof ModelOops && error.code === code) return "dead"
    throw error
  }
}
const unlessDead = <T>(body: () => T) => unless(Oops.DeadRecord, body)

/** A record with something in one word. */
function record(arena: Arena): void {
  const { engine, threads } = arena
  const token = engine.createRecord(threads[0]!, 1)
  engine.writeRecord(token, WORD, SECRET)
  engine.writeCell(arena.cell(TOKEN), token)
}

/** Ends it, and begins another in the same memory. */
function discardAndReuse(arena: Arena, thread: number): void {
  arena.engine.discardRecord(thread, tokenIn(arena))
  const next = arena.engine.createRecord(thread, 2)
  must(next !== 0, "The record did not come back")
  for (let word = 0; word < layout.IssuerRecord.Words; word++)
    must(arena.engine.readRecord(next, word) === 0, "A new record is not empty")
}

function openTimeline(arena: Arena, thread: number, lock: number, traits = 0): number | "dead" {
  const { engine } = arena
  engine.lockModules(thread)
  try {
    return unless(Oops.DeadLock, () => engine.createTimelineLocked(thread, arena.module, lock, traits))
  } finally {
    engine.unlockModules(thread)
  }
}

export const ISSUERS: readonly EngineModel[] = [
  engineModel({
    name: "record-read",
    claim:
      "Who reads an issuer's record while it is discarded and used again has what was in it, or is told that it is dead.",
    invariants: ["Q1"],
    arena: { threads: 2, records: 1 },
    prepare: record,
    threads: [
      (arena) => {
        const found = unlessDead(() => arena.engine.readRecord(tokenIn(arena), WORD))
        must(found === SECRET || found === "dead", `It has read ${found}, which the record never had`)
        return found
      },
      discardAndReuse,
    ],
    outcome: (_, [found]) => String(found),
  }),
  engineModel({
    name: "record-add",
    claim: "Of what is added to a record that is being discarded nothing is lost without a word.",
    invariants: ["Q1"],
    arena: { threads: 2, records: 1 },
    prepare: record,
    threads: [
      (arena) => unlessDead(() => arena.engine.addToRecord(tokenIn(arena), WORD, 1)),
      (arena, thread) => {
        const { engine } = arena
        const before = engine.readRecord(tokenIn(arena), WORD)
        engine.discardRecord(thread, tokenIn(arena))
        return before
      },
    ],
    outcome: (_, [added, seen]) => `${String(added)}, seen ${String(seen)}`,
    check: (arena, [added, seen]) => {
      must(added === SECRET || added === "dead", `It was told ${String(added)}`)
      must(added === "dead" || seen === SECRET || seen === SECRET + 1, "The count is another's")
      must(arena.engine.countInUse(Kind.IssuerRecord) === 0, "The record was not given back")
    },
  }),
  engineModel({
    name: "record-put",
    claim: "Of two who give back their counts on a record the last ends it, and the other is told nothing of that.",
    invariants: ["Q8"],
    arena: { threads: 2, records: 1 },
    prepare(arena) {
      record(arena)
      arena.engine.writeRecord(tokenIn(arena), WORD, 2)
    },
    threads: [put, put],
    symmetric: [[0, 1]],
    check: (arena, results) => {
      must(results.filter((before) => before === 1).length === 1, "Not exactly one has given back the last count")
      must(arena.engine.countFree(Kind.IssuerRecord) === 1, "The record was not given back, or is in the pool twice")
    },
  }),
  engineModel({
    name: "record-discard",
    claim: "Of two who discard a record one ends it, and the other is told that it is dead.",
    invariants: ["Q2"],
    arena: { threads: 2, records: 2 },
    prepare: record,
    threads: [discard, discard],
    symmetric: [[0, 1]],
    check: (arena, results) => {
      must(results.filter((result) => result === "dead").length === 1, "Not exactly one has ended it")
      must(arena.engine.countFree(Kind.IssuerRecord) === 2, "A record was lost, or is in the pool twice")
    },
  }),
  engineModel({
    name: "claim-bit",
    claim: "Of two who claim an issuer's bit of a fence one has it, and its signal is not disturbed.",
    invariants: ["Q3"],
    arena: { threads: 3 },
    prepare: (arena) => arena.engine.writeCell(arena.cell(TOKEN), arena.fence()),
    threads: [
      (arena) => arena.engine.claimUserBit(tokenIn(arena), BIT),
      (arena) => arena.engine.claimUserBit(tokenIn(arena), BIT),
      (arena, thread) => arena.engine.signal(thread, tokenIn(arena)),
    ],
    symmetric: [[0, 1]],
    check: (arena, [a, b, won]) => {
      must(Number(a) + Number(b) === 1, `${String(a)} and ${String(b)}: not exactly one has the bit`)
      must(won === 1 && arena.hasSignaled(tokenIn(arena)), "The signal was lost")
      must((arena.word(tokenIn(arena) + Fence.flags) & BIT) !== 0, "The bit was lost")
    },
  }),
  engineModel({
    name: "shared-lock",
    claim:
      "Fences of two timelines with one lock are completed by one thread at a time, also by who has taken the lock itself.",
    invariants: ["Q4", "L1"],
    arena: { threads: 2, fences: 2, modules: 2, externalLock: true },
    search: "preemption-bounded",
    prepare: (arena) => {
      const { engine, threads } = arena
      const lock = arena.word(arena.timeline + Timeline.lock)
      const other = openTimeline(arena, threads[0]!, lock) as number
      engine.writeCell(arena.cell(TOKEN), lock)
      engine.writeCell(arena.cell(TOKEN + 1), arena.fence())
      engine.writeCell(arena.cell(TOKEN + 2), engine.createFence(threads[0]!, other))
    },
    threads: [
      (arena, thread) => {
        const { engine } = arena
        engine.lockShared(thread, tokenIn(arena))
        for (const cell of [TOKEN + 1, TOKEN + 2]) {
          const fence = engine.readCell(arena.cell(cell))
          const before = engine.hasSignaled(fence)
          must(engine.signalLocked(thread, fence) === 1 - before, "A fence was completed under a lock that another has")
        }
        engine.unlockShared(thread, tokenIn(arena))
      },
      (arena, thread) => arena.engine.signal(thread, arena.engine.readCell(arena.cell(TOKEN + 2))),
    ],
    outcome: (_, [, won]) => (won === 1 ? "the signaler" : "the holder"),
  }),
  engineModel({
    name: "borrow-close",
    claim: "Who opens a timeline with the lock of one that is being closed has the lock, or is told that it has gone.",
    invariants: ["Q4", "I12"],
    arena: { threads: 2, modules: 2, externalLock: true },
    search: "preemption-bounded",
    prepare: (arena) => arena.engine.writeCell(arena.cell(TOKEN), arena.word(arena.timeline + Timeline.lock)),
    threads: [
      (arena, thread) => openTimeline(arena, thread, tokenIn(arena)),
      (arena, thread) => {
        arena.engine.closeModuleTimeline(thread, arena.timeline)
        arena.engine.barrier(thread)
      },
    ],
    outcome: (_, [opened]) => (opened === "dead" ? "gone" : "opened"),
    check: (arena, [opened]) => {
      arena.engine.barrier(arena.threads[0]!)
      const lock = tokenIn(arena) & ~63
      const isLive = Boolean(arena.engine.isAlive(tokenIn(arena)))
      must(isLive === (opened !== "dead"), "The lock of an open timeline has gone, or one without timelines stays")
      must(!isLive || arena.word(lock + Lock.refs) === 1, `The lock counts ${arena.word(lock + Lock.refs)}`)
    },
  }),
  engineModel({
    name: "slab-unload",
    claim: "A module that goes without a word has an empty slab.",
    invariants: ["Q5"],
    arena: { threads: 2, modules: 2, fences: 1 },
    search: "preemption-bounded",
    mostPreemptions: 2,
    prepare: (arena) => {
      const { engine, threads } = arena
      const slab = openTimeline(arena, threads[0]!, 0, TimelineTrait.Slab) as number
      const fence = engine.createFence(threads[0]!, slab)
      engine.signal(threads[0]!, fence)
      engine.writeCell(arena.cell(TOKEN), fence)
      engine.closeModuleTimeline(threads[0]!, slab)
      engine.dropModuleRef(arena.module)
    },
    threads: [
      (arena, thread) => arena.engine.dropRef(thread, tokenIn(arena)),
      (arena, thread) => {
        const { engine } = arena
        engine.barrier(thread)
        must(engine.claimUnload(thread, arena.module, 1) === 0, "The module is in use")
        const told = unless(Oops.SlabNotEmpty, () => engine.goOnUnloading(thread, arena.module, 0))
        must(told === "dead" || engine.countInUse(Kind.Fence) === 0, "A slab went, and a fence of it is in use")
        return told
      },
    ],
    outcome: (_, [, told]) => (told === "dead" ? "told" : "empty"),
  }),
  engineModel({
    name: "end-reference",
    claim: "While a module does what it does at its end nobody comes in; when it is given up it is live for all.",
    invariants: ["Q6", "M1"],
    arena: { threads: 2 },
    prepare: (arena) => arena.engine.dropModuleRef(arena.module),
    threads: [
      (arena, thread) => {
        const { engine } = arena
        const found = engine.claimUnload(thread, arena.module, 1)
        if (found !== 0) return found
        must(engine.readCell(arena.cell(CAME)) === 0, "Somebody is in while the module is at its end")
        engine.cancelUnload(thread, arena.module)
        return 0
      },
      (arena) => {
        const { engine } = arena
        if (!engine.tryAddModuleRef(arena.module, 1)) return "refused"
        engine.writeCell(arena.cell(CAME), 1)
        const references = engine.moduleReferences(arena.module)
        engine.writeCell(arena.cell(CAME), 0)
        must(references > 0, "A reference is held on what is at its end")
        engine.dropModuleRef(arena.module)
        return "came"
      },
    ],
    outcome: (_, [found, came]) => `${found === 0 ? "ended" : "in use"}, ${String(came)}`,
    check: (arena) => must(arena.engine.moduleReferences(arena.module) === 0, "It is not live and unused"),
  }),
  engineModel({
    name: "end-signal",
    claim: "What a module completes at its end is not counted as pending, and its waiters are told.",
    invariants: ["Q6", "I7"],
    arena: { threads: 2 },
    prepare: (arena) => {
      arena.engine.writeCell(arena.cell(TOKEN), arena.fence())
      arena.engine.dropModuleRef(arena.module)
    },
    threads: [
      (arena, thread) => {
        const { engine } = arena
        must(engine.claimUnload(thread, arena.module, 1) === 0, "It could not be claimed")
        engine.signal(thread, tokenIn(arena))
        must(engine.goOnUnloading(thread, arena.module, 0) === 0, "A completed fence keeps its module")
      },
      (arena, thread) => {
        const { engine } = arena
        const name = engine.driverName(thread, tokenIn(arena))
        const first = engine.readCell(name)
        engine.readUnlock(thread)
        must(first !== layout.Poison.Word, "A name was taken away while it was read")
        return engine.isSignaled(thread, tokenIn(arena))
      },
    ],
    outcome: (_, [, done]) => (done === 1 ? "complete" : "pending"),
  }),
]

/** Gives back a count; the last ends the record. */
function put(arena: Arena, thread: number): number {
  const token = tokenIn(arena)
  const before = arena.engine.addToRecord(token, WORD, -1)
  if (before === 1) arena.engine.discardRecord(thread, token)
  return before
}

function discard(arena: Arena, thread: number): "dead" | void {
  return unlessDead(() => arena.engine.discardRecord(thread, tokenIn(arena)))
}
