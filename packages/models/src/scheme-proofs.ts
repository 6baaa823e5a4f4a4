/**
 * What every reclamation scheme must stand, whatever its algorithm: nothing that a reader can reach is used anew, and what
 * waits for readers ends. One reader and one writer hide most of what can be wrong: so there is a model with two of each, and
 * two in which others move the epoch on while a grace period is being waited for.
 */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"
import { UNLOADING } from "./modules.js"
import { RCU } from "./rcu.js"
import { RECORDS } from "./records.js"

const { Kind } = layout
const GONE = -1
const ALIVE = 7

/** A slot, and what it points to. */
interface Place {
  readonly slot: number
  readonly data: number
}
const FIRST: Place = { slot: 0, data: 1 }
const SECOND: Place = { slot: 2, data: 3 }

function publish({ engine, cell }: Where, { slot, data }: Place): void {
  engine.writeCell(cell(data), ALIVE)
  engine.publish(cell(slot), cell(data))
}

/** Reads what a slot points to, twice in one section; ALIVE too when it is empty by now. */
function read({ engine, cell }: Where, record: number, { slot }: Place): number {
  engine.readLock(record)
  const at = engine.dereference(record, cell(slot))
  let seen = ALIVE
  if (at !== 0) {
    seen = engine.readCell(at)
    if (seen === ALIVE) seen = engine.readCell(at)
  }
  engine.readUnlock(record)
  return seen
}

function destroy({ engine, cell }: Where, record: number, { slot, data }: Place): void {
  engine.replace(cell(slot), 0)
  engine.synchronize(record)
  engine.writeCell(cell(data), GONE)
}

type Where = Pick<Arena, "engine"> & { cell(index: number): number }
const within = (arena: Arena): Where => ({ engine: arena.engine, cell: (index) => arena.cell(index) })

function assertAlive(results: readonly unknown[]): void {
  for (const seen of results) if (seen !== undefined) must(seen === ALIVE, "A reader saw what was destroyed")
}

const TWO_WRITERS = engineModel({
  name: "synchronize-2-writers",
  claim: "A section outlasts two grace periods that move the epoch on together.",
  invariants: ["R1"],
  search: "preemption-bounded",
  arena: { threads: 3 },
  prepare: (arena) => [FIRST, SECOND].forEach((place) => publish(within(arena), place)),
  threads: [
    (arena, record) => read(within(arena), record, FIRST),
    (arena, record) => destroy(within(arena), record, FIRST),
    (arena, record) => destroy(within(arena), record, SECOND),
  ],
  check: (_, results) => assertAlive(results),
})

const TWO_BY_TWO = engineModel({
  name: "synchronize-2x2",
  claim: "Two readers, one of them at both, and two writers.",
  invariants: ["R1"],
  search: "preemption-bounded",
  mostPreemptions: 2,
  arena: { threads: 4 },
  prepare: (arena) => [FIRST, SECOND].forEach((place) => publish(within(arena), place)),
  threads: [
    (arena, record) => read(within(arena), record, FIRST),
    (arena, record) => {
      const seen = read(within(arena), record, SECOND)
      return seen === ALIVE ? read(within(arena), record, FIRST) : seen
    },
    (arena, record) => destroy(within(arena), record, FIRST),
    (arena, record) => destroy(within(arena), record, SECOND),
  ],
  check: (_, results) => assertAlive(results),
})

/** A reader that was there before: what it leaves behind in counters and announcements meets the next section. */
const READ_AGAIN = engineModel({
  name: "read-again",
  claim: "A section protects also one whose thread has just left another.",
  invariants: ["R1"],
  search: "preemption-bounded",
  arena: { threads: 3 },
  prepare: (arena) => publish(within(arena), FIRST),
  threads: [
    (arena, record) => {
      const seen = read(within(arena), record, FIRST)
      return seen === ALIVE ? read(within(arena), record, FIRST) : seen
    },
    (arena, record) => destroy(within(arena), record, FIRST),
    ({ engine }) => void (engine.tryAdvance(), engine.tryAdvance()),
  ],
  check: (_, results) => assertAlive(results),
})

/** A thread that sleeps outside sections, or has ended, is in nobody's way; one that sleeps inside is. */
const OFFLINE = engineModel({
  name: "offline",
  claim: "Who is about to sleep is in nobody's way outside sections; inside one it keeps what it can reach.",
  invariants: ["R1"],
  arena: { threads: 2 },
  prepare: (arena) => publish(within(arena), FIRST),
  threads: [
    (arena, record) => {
      const { engine } = arena
      engine.readLock(record)
      const at = engine.dereference(record, arena.cell(FIRST.slot))
      engine.offline(record)
      const seen = at === 0 ? ALIVE : engine.readCell(at)
      engine.readUnlock(record)
      engine.offline(record)
      return seen
    },
    (arena, record) => destroy(within(arena), record, FIRST),
  ],
  check: (_, results) => assertAlive(results),
})

/** What was found before the inner section is looked at after it: a scheme that only notes that a section ended would let it go. */
const ACROSS = engineModel({
  name: "across-nested",
  claim: "What was found in a section stays until its end, also when another has begun and ended inside it.",
  invariants: ["R1"],
  arena: { threads: 2 },
  prepare: (arena) => publish(within(arena), FIRST),
  threads: [
    (arena, record) => {
      const { engine } = arena
      engine.readLock(record)
      const at = engine.dereference(record, arena.cell(FIRST.slot))
      engine.readLock(record)
      engine.readUnlock(record)
      const seen = at === 0 ? ALIVE : engine.readCell(at)
      engine.readUnlock(record)
      return seen
    },
    (arena, record) => destroy(within(arena), record, FIRST),
  ],
  check: (_, results) => assertAlive(results),
})

/** Who has read before is known to the scheme: it must not be in its own way. */
const READ_THEN_WAIT = engineModel({
  name: "read-then-wait",
  claim: "A thread that has just read can wait for the others that read.",
  invariants: ["R1"],
  arena: { threads: 2 },
  prepare: (arena) => publish(within(arena), FIRST),
  threads: [
    (arena, record) => read(within(arena), record, FIRST),
    (arena, record) => {
      const seen = read(within(arena), record, FIRST)
      destroy(within(arena), record, FIRST)
      return seen
    },
  ],
  check: (_, results) => assertAlive(results),
})

/** Records, not cells: what is retired goes back to its pool, and comes out of it again. */
const REUSE = engineModel({
  name: "retire-reuse",
  claim: "A record is not used anew while a reader can reach it.",
  invariants: ["R1", "R2"],
  search: "preemption-bounded",
  mostPreemptions: 2,
  arena: { threads: 2, fences: 1 },
  prepare: (arena) => arena.engine.publish(arena.cell(FIRST.slot), arena.fence()),
  threads: [
    (arena, record) => {
      const { engine } = arena
      engine.readLock(record)
      const fence = engine.dereference(record, arena.cell(FIRST.slot))
      const before = fence === 0 ? 0 : arena.engine.readCell(fence)
      const after = fence === 0 ? 0 : arena.engine.readCell(fence)
      engine.readUnlock(record)
      return before === after ? ALIVE : GONE
    },
    (arena, record) => {
      const fence = arena.engine.replace(arena.cell(FIRST.slot), 0)
      arena.engine.dropRef(record, fence)
      for (let round = 0; round < 2; round++) arena.engine.collectAll(record)
      arena.engine.createFence(record, arena.timeline)
    },
  ],
  check(arena, results) {
    assertAlive(results)
    must(arena.engine.countInUse(Kind.Fence) <= 1, "The fence was given back twice")
  },
})

const OURS = [TWO_WRITERS, TWO_BY_TWO, READ_AGAIN, OFFLINE, ACROSS, READ_THEN_WAIT, REUSE]
const ENGINES = ["unload-name", "unload-pending", "try-add-ref", "pool"]

/** What a scheme must pass to be one. */
export const SCHEME_PROOFS: readonly EngineModel[] = [
  ...RCU,
  ...OURS,
  ...[...UNLOADING, ...RECORDS].filter(({ name }) => ENGINES.includes(name)),
]
