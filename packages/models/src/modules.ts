/** Unloading against everybody who may still be led into the module. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Header, ModuleState, Poison, Text } = layout
const FENCE = 0
const TOLD = 1

const fenceOf = (arena: Arena) => arena.engine.readCell(arena.cell(FENCE))

/** A pending fence, for which the issuer holds no module reference of its own. */
function issueAndClose(arena: Arena): void {
  arena.engine.writeCell(arena.cell(FENCE), arena.fence())
  arena.engine.dropModuleRef(arena.module)
}

function unload(arena: Arena, record: number): number {
  return arena.engine.unload(record, arena.module, arena.word(arena.module))
}

/** Finds the driver's name, and reads it at the end of the section. */
function readName(arena: Arena, record: number): string {
  const { engine } = arena
  const address = engine.driverName(record, fenceOf(arena))
  const first = engine.readCell(address)
  const second = engine.readCell(address)
  engine.readUnlock(record)
  must(first !== Poison.Word && second !== Poison.Word, "A name was taken away while it was read")
  if (address !== Header.detachedDriver) return "driver"
  must(engine.hasSignaled(fenceOf(arena)) === 1, "A fence is detached and not signaled")
  return "detached"
}

function issue(arena: Arena): void {
  arena.engine.writeCell(arena.cell(FENCE), arena.fence())
}

const signal = (arena: Arena, record: number) => arena.engine.signal(record, fenceOf(arena))

export const UNLOADING: readonly EngineModel[] = [
  engineModel({
    name: "signal-name",
    claim: "A name is the driver's or says that there is none any more; never a dead one.",
    invariants: ["I6", "I8"],
    arena: { threads: 2 },
    prepare: issue,
    threads: [signal, readName],
    outcome: (_, [, name]) => String(name),
  }),
  engineModel({
    name: "signal-timeline-name",
    claim: "The timeline's name is the timeline's, or says that the fence is signaled.",
    invariants: ["I6", "I8"],
    arena: { threads: 2 },
    prepare: issue,
    threads: [
      signal,
      (arena, record) => {
        const address = arena.engine.timelineName(record, fenceOf(arena))
        arena.engine.readUnlock(record)
        if (address === Header.signaledTimeline) return "signaled"
        must(address === arena.timeline + layout.Timeline.name, "The name is not the timeline's")
        return "timeline"
      },
    ],
    outcome: (_, [, name]) => String(name),
  }),
  engineModel({
    name: "signal-keeps-ops",
    claim: "An issuer that wants to see its fences freed stays theirs for life.",
    invariants: ["I6"],
    arena: { threads: 2, ops: { free: () => true } },
    prepare: issue,
    threads: [signal, readName],
    check: (_, [, name]) => must(name === "driver", "A fence that keeps its issuer was detached"),
  }),
  engineModel({
    name: "unload-deadline",
    claim: "The issuer is told of a deadline while it is there, and not afterwards.",
    invariants: ["I7"],
    arena: {
      threads: 2,
      ops: {
        setDeadline(arena) {
          const text = arena.word(arena.module + layout.Module.text) & ~63
          for (let look = 0; look < 2; look++)
            must(arena.engine.readCell(text + Text.module) !== Poison.Word, "A module was called that is gone")
          arena.engine.addToCell(arena.cell(TOLD), 1)
          return true
        },
      },
    },
    prepare: issueAndClose,
    threads: [
      (arena, record) => {
        signal(arena, record)
        return unload(arena, record)
      },
      (arena, record) => arena.engine.setDeadline(record, fenceOf(arena)),
    ],
    outcome: (arena) => (arena.word(arena.cell(TOLD)) === 1 ? "told" : "too late"),
  }),
  engineModel({
    name: "unload-pending",
    claim: "A pending fence keeps its module, for whoever asks for its name.",
    invariants: ["I7"],
    arena: { threads: 2 },
    prepare: issueAndClose,
    threads: [unload, readName],
    check: (_, [answer]) => must(answer !== 0, "A module was unloaded although a fence of it is pending"),
  }),
  engineModel({
    name: "unload-external-lock",
    claim: "A lock that a fence has borrowed is there until the fence is gone, whatever is unloaded.",
    invariants: ["I12"],
    search: "preemption-bounded",
    arena: { threads: 2, externalLock: true },
    prepare(arena) {
      issueAndClose(arena)
      arena.engine.addRef(arena.word(arena.cell(FENCE)))
    },
    threads: [
      (arena, record) => {
        signal(arena, record)
        arena.engine.dropRef(record, fenceOf(arena))
        return unload(arena, record)
      },
      (arena, record) => {
        arena.engine.finishWait(record, fenceOf(arena))
        arena.engine.dropRef(record, fenceOf(arena))
      },
    ],
    check(arena) {
      arena.engine.barrier(arena.threads[0]!)
      must(arena.engine.countInUse(layout.Kind.Lock) === 0, "The lock was not given back")
    },
  }),
  engineModel({
    name: "unload-name",
    claim: "A name that was found in a read section is there until the section ends, whatever is unloaded.",
    invariants: ["I7", "I8"],
    arena: { threads: 2 },
    prepare: issueAndClose,
    threads: [
      (arena, record) => {
        arena.engine.signal(record, fenceOf(arena))
        return unload(arena, record)
      },
      readName,
    ],
    outcome: (_, [, name]) => String(name),
    check: (_, [unloaded]) => must(unloaded === 0, "The module was not unloaded"),
  }),
  engineModel({
    name: "unload-signal",
    claim: "A module is unloaded only when its fence is signaled.",
    invariants: ["I7"],
    arena: { threads: 2 },
    prepare: issueAndClose,
    threads: [unload, (arena, record) => arena.engine.signal(record, fenceOf(arena))],
    outcome: (_, [answer]) => (answer === 0 ? "unloaded" : "refused"),
    check(arena, [answer]) {
      const text = arena.word(arena.module + layout.Module.text) & ~63
      if (answer !== 0) must(arena.word(text + Text.module) !== Poison.Word, "Refused, and the text is gone")
    },
  }),
  engineModel({
    name: "unload-reference",
    claim: "No references and no more is one step: of a new user and the unloader, one comes first.",
    invariants: ["M1"],
    arena: { threads: 2 },
    prepare: (arena) => arena.engine.dropModuleRef(arena.module),
    threads: [
      unload,
      (arena, record) => {
        const { engine } = arena
        engine.readLock(record)
        const added = engine.tryAddModuleRef(arena.module, 1)
        engine.readUnlock(record)
        if (added) must(engine.moduleReferences(arena.module) > 0, "A reference was added to a module that is going")
        if (added) engine.dropModuleRef(arena.module)
        return added
      },
    ],
    outcome: (_, [unloaded, added]) =>
      `${unloaded === 0 ? "unloaded" : "refused"}, ${added === 1 ? "added" : "too late"}`,
  }),
  engineModel({
    name: "unload-unload",
    claim: "One of two unloads takes the module away.",
    invariants: ["M1"],
    arena: { threads: 2 },
    prepare: (arena) => arena.engine.dropModuleRef(arena.module),
    threads: [unload, unload],
    symmetric: [[0, 1]],
    check: (_, [a, b]) => {
      must((a === 0) !== (b === 0), "Not exactly one unload took the module away")
      const other = Number(a === 0 ? b : a)
      must(other < 0 && other >= ModuleState.Checked, `The other was told ${other}`)
    },
  }),
]
