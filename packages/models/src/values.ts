/** Values of several words that are replaced while others read them: whole, and no update is lost. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { Kind, Record, Slots, Version, Versions } = layout
const VALUE = 0
const NEXT = 1
/** Two blocks: a version's first word and its last one say the same. */
const BYTES = Version.Capacity * 4 + 4

const objectIn = (arena: Arena) => arena.engine.readCell(arena.cell(VALUE))
const lastOf = (arena: Arena, first: number) => arena.word(first + Slots.next) + Slots.first

/** Writes a version that nobody else knows. */
function write(arena: Arena, first: number, value: number, bytes: number): void {
  arena.engine.writeCell(first + Slots.first, value)
  if (bytes === BYTES) arena.engine.writeCell(lastOf(arena, first), value)
}

/** A value of 1. */
const make =
  (bytes = 4) =>
  (arena: Arena) => {
    const { engine, threads } = arena
    const first = engine.createVersion(threads[0]!, bytes)
    write(arena, first, 1, bytes)
    engine.writeCell(arena.cell(VALUE), engine.createVersions(threads[0]!, first))
  }

/** What stands there, as `@outlive/sync` finds it: in a read section, both words. */
function read(arena: Arena, record: number, bytes = 4) {
  const { engine } = arena
  engine.readLock(record)
  const first = engine.readCell(objectIn(arena) + Versions.current)
  const generation = arena.word(first + Record.generation)
  const value = engine.readCell(first + Slots.first)
  const last = bytes === BYTES ? engine.readCell(lastOf(arena, first)) : value
  engine.readUnlock(record)
  return { value, last, first, generation }
}

/** Replaces it, whatever it is, or if it is what was found; 1 if it did. */
function set(arena: Arena, record: number, value: number, bytes = 4, expected = 0, generation = 0): number {
  const { engine } = arena
  const first = engine.createVersion(record, bytes)
  must(first !== 0, "There is no block left")
  write(arena, first, value, bytes)
  const done = engine.publishVersion(record, objectIn(arena), first, expected, generation)
  if (done === 0) engine.discardVersion(record)
  return done
}

function increment(arena: Arena, record: number): number {
  for (;;) {
    const { value, first, generation } = read(arena, record)
    if (set(arena, record, value + 1, 4, first, generation) === 1) return value + 1
  }
}

const valueIs = (arena: Arena, value: number) => {
  const first = arena.word(arena.word(arena.cell(VALUE)) + Versions.current)
  must(arena.word(first + Slots.first) === value, `It is ${arena.word(first + Slots.first)}, and not ${value}`)
}

export const VALUES: readonly EngineModel[] = [
  engineModel({
    name: "value-read-set",
    claim: "Whoever reads while the value is replaced twice sees one version, whole.",
    invariants: ["V1"],
    search: "preemption-bounded",
    arena: { threads: 2, fences: 0, callbacks: 0, objects: 1, lists: 6 },
    prepare: make(BYTES),
    threads: [
      (arena, record) => {
        set(arena, record, 2, BYTES)
        for (let n = 0; n < 3; n++) arena.engine.collectAll(record)
        set(arena, record, 3, BYTES)
      },
      (arena, record) => {
        const { value, last } = read(arena, record, BYTES)
        must(value === last && value >= 1 && value <= 3, `It saw ${value} and ${last}`)
        return value
      },
    ],
    outcome: (_, [, value]) => String(value),
    check: (arena) => valueIs(arena, 3),
  }),
  engineModel({
    name: "value-update",
    claim: "Of two that count up by the value that they found both have counted.",
    invariants: ["V2"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { threads: 2, fences: 0, callbacks: 0, objects: 1, lists: 6 },
    prepare: make(),
    threads: [increment, increment],
    symmetric: [[0, 1]],
    check(arena, values) {
      must(
        (values as number[]).toSorted((a, b) => a - b).join() === "2,3",
        `They made it ${(values as number[]).join()}`,
      )
      valueIs(arena, 3)
    },
  }),
  engineModel({
    name: "value-again",
    claim: "Whoever found a version replaces no later one that lies where it lay.",
    invariants: ["V2"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    // So few that the first one's block is taken again.
    arena: { threads: 2, fences: 0, callbacks: 0, objects: 1, lists: 3 },
    prepare: make(),
    threads: [
      (arena, record) => {
        const { value, first, generation } = read(arena, record)
        const version = arena.engine.createVersion(record, 4)
        if (version === 0) return "full"
        write(arena, version, value + 10, 4)
        const done = arena.engine.publishVersion(record, objectIn(arena), version, first, generation)
        if (done === 0) arena.engine.discardVersion(record)
        return done === 1 ? `replaced ${value}` : "too late"
      },
      (arena, record) => {
        const { engine } = arena
        for (let value = 2; value <= 3; value++) {
          const version = engine.createVersion(record, 4)
          if (version === 0) return value - 1
          write(arena, version, value, 4)
          engine.publishVersion(record, objectIn(arena), version, 0, 0)
          for (let n = 0; n < 3; n++) engine.collectAll(record)
        }
        return 3
      },
    ],
    outcome: (_, [first]) => String(first),
    check(arena, [outcome, last]) {
      const first = arena.word(arena.word(arena.cell(VALUE)) + Versions.current)
      const value = arena.word(first + Slots.first)
      // It is what the second one wrote last, unless that is what the first one found, and replaced.
      const replaced = outcome === `replaced ${String(last)}` && value === (last as number) + 10
      must(value === last || replaced, `It is ${value}: ${String(outcome)}, and ${String(last)} was the last`)
    },
  }),
  engineModel({
    name: "value-death",
    claim: "What a dead writer had published stays, also if another replaces it meanwhile; what it had not goes back.",
    invariants: ["V2", "T2"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { threads: 3, fences: 0, callbacks: 0, objects: 1, lists: 6 },
    prepare(arena) {
      make()(arena)
      const { engine, threads, words } = arena
      const dead = threads[2]!
      const version = engine.createVersion(dead, 4)
      write(arena, version, 2, 4)
      engine.publishVersion(dead, objectIn(arena), version, 0, 0)
      // It died before it had noted that: as it was right after the step that published it.
      words[(dead + layout.Thread.draft) >> 2] = version
      // Made before, so that nobody has a lock of the engine's meanwhile: for that whoever clears up would look again and again.
      const next = engine.createVersion(threads[0]!, 4)
      write(arena, next, 3, 4)
      engine.writeCell(arena.cell(NEXT), next)
    },
    threads: [
      (arena, record) => {
        const { engine } = arena
        engine.publishVersion(record, objectIn(arena), engine.readCell(arena.cell(NEXT)), 0, 0)
      },
      (arena, record) => arena.engine.reclaim(record, arena.threads[2]!, arena.word(arena.threads[2]!)),
      () => undefined,
    ],
    check(arena) {
      valueIs(arena, 3)
      const main = arena.threads[0]!
      for (let n = 0; n < 6; n++) arena.engine.collectAll(main)
      must(arena.engine.countInUse(Kind.Slots) === 1, `${arena.engine.countInUse(Kind.Slots)} blocks are in use`)
    },
  }),
]
