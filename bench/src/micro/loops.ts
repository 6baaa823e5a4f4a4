/**
 * The measured loops: 1,024 operations each. Every loop is made by a function of its own and runs alone in its
 * process, so that V8 sees one callee at each call site, as in a program that uses one engine.
 *
 * They call as a hot loop does, with `const { engine, record } = thread` before it; those "through thread" write
 * `thread.engine.signal(thread.record, fence)`. The difference is the price of the objects.
 */
import { parseArgs } from "node:util"
import { Heap, defineModule } from "@outlive/core"
import { ENGINES, oneOf } from "@outlive/workers"

const { values } = parseArgs({ options: { engine: { type: "string", default: "wasm" } }, strict: false })

/** Loops count to a constant of this module: an exported one is fetched from memory in every turn (measured: 2 to 4 ns). */
const TURNS = 1_024
/** Operations in one pass of a loop. */
export const PASS = TURNS
/** Words of a fence, from the engine's layout, and its flag SIGNALED. */
const FLAGS = 12
const LOCK = 20
const OPS = 24
const SIGNALED = 8

const heap = Heap.create({
  engine: oneOf("engine", values.engine, ENGINES),
  flavour: "release",
  fences: 4 * PASS,
  threads: 2,
})
const thread = heap.attach({ name: "bench" })
const timeline = thread.load(defineModule({ name: "bench", driverName: "bench" })).timeline("bench")
const handles = Array.from({ length: PASS }, () => timeline.fence())
const addresses = Int32Array.from(handles, (h) => h.address)
const fence = addresses[0]!
/** Address of that fence's own lock. */
const lockWord = fence + LOCK
const { words } = thread
const flags = words[(fence + FLAGS) >> 2]!
const ops = words[(fence + OPS) >> 2]!
for (const handle of handles) handle.signal()

/** Makes all fences pending again; every one must have been signaled, or a loop has not done what it was timed for. */
function resetSignaled(): void {
  for (const address of addresses) {
    if ((words[(address + FLAGS) >> 2]! & SIGNALED) === 0) throw new Error("A pass left a fence unsignaled")
    // PLAIN: this is the only thread.
    words[(address + FLAGS) >> 2] = flags
    words[(address + OPS) >> 2] = ops
  }
}

export interface Loop {
  /** Puts back what a pass has used up; not timed. */
  prepare(): void
  pass(): void
}

const { engine, record } = thread
const nothing = () => {}

/** All said yes, as they had to; and no compiler may leave out what is asked. */
function check(yes: number): void {
  if (yes !== PASS) throw new Error(`The answer was yes ${yes} of ${PASS} times`)
}

const LOOPS: Readonly<Record<string, () => Loop>> = {
  hasSignaled: () => ({
    prepare: nothing,
    pass() {
      let yes = 0
      for (let i = 0; i < TURNS; i++) yes += engine.hasSignaled(fence)
      check(yes)
    },
  }),
  firstSignal: () => ({
    prepare: resetSignaled,
    pass() {
      for (let i = 0; i < TURNS; i++) engine.signal(record, addresses[i]!)
    },
  }),
  repeatedSignal: () => ({
    prepare: nothing,
    pass() {
      for (let i = 0; i < TURNS; i++) engine.signal(record, fence)
    },
  }),
  threadRepeatedSignal: () => ({
    prepare: nothing,
    pass() {
      for (let i = 0; i < TURNS; i++) thread.engine.signal(thread.record, fence)
    },
  }),
  addRefDropRef: () => ({
    prepare: nothing,
    pass() {
      for (let i = 0; i < TURNS; i++) {
        engine.addRef(fence)
        engine.dropRef(record, fence)
      }
    },
  }),
  hasSignaledAt: () => {
    const cell = heap.cell(0)
    engine.publish(cell, fence)
    return {
      prepare: nothing,
      pass() {
        let yes = 0
        for (let i = 0; i < TURNS; i++) yes += engine.hasSignaledAt(record, cell)
        check(yes)
      },
    }
  },
  lockUnlock: () => ({
    prepare: nothing,
    pass() {
      for (let i = 0; i < TURNS; i++) {
        engine.lock(record, lockWord)
        engine.unlock(record, lockWord)
      }
    },
  }),
  threadLockUnlock: () => ({
    prepare: nothing,
    pass() {
      for (let i = 0; i < TURNS; i++) {
        thread.engine.lock(thread.record, lockWord)
        thread.engine.unlock(thread.record, lockWord)
      }
    },
  }),
  handleFirstSignal: () => ({
    prepare: resetSignaled,
    pass() {
      for (let i = 0; i < TURNS; i++) handles[i]!.signal()
    },
  }),
  handleHasSignaled: () => ({
    prepare: nothing,
    pass() {
      let yes = 0
      for (let i = 0; i < TURNS; i++) yes += handles[i]!.hasSignaled() ? 1 : 0
      check(yes)
    },
  }),
  createSignalDrop: () => {
    const { address } = timeline
    return {
      prepare: nothing,
      pass() {
        for (let i = 0; i < TURNS; i++) {
          const made =
            engine.createFence(record, address) || thread.make("fences", () => engine.createFence(record, address))
          engine.signal(record, made)
          engine.dropRef(record, made)
        }
      },
    }
  },
}

/** The loop of this name. */
export function makeLoop(operation: string): Loop {
  const make = LOOPS[operation]
  if (!make) throw new Error(`No operation "${operation}": ${Object.keys(LOOPS).join(", ")}`)
  return make()
}
