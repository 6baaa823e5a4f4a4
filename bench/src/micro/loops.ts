/**
 * The measured loops: 1,024 operations each. Every loop is made by a function of its own and runs alone in its
 * process, so that V8 sees one callee at each call site, as in a program that uses one engine.
 *
 * They call as a hot loop does, with `const { engine, record } = thread` before it; those "through thread" write
 * `thread.engine.signal(thread.record, fence)`. The difference is the price of the objects.
 */
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { Heap, defineModule } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { ENGINES, oneOf } from "@outlive/workers"
import type { LabEngine } from "../lab-fences.js"

const { values } = parseArgs({
  options: { engine: { type: "string", default: "wasm" }, build: { type: "string" } },
  strict: false,
})

/** Loops count to a constant of this module: an exported one is fetched from memory in every turn (measured: 2 to 4 ns). */
const TURNS = 1_024
/** Operations in one pass of a loop. */
export const PASS = TURNS
/** Words of a fence, from the engine's layout, and its flag SIGNALED. */
const FIRST = 4
const LAST = 8
const FLAGS = 12
const LOCK = 20
const OPS = 24
const SIGNALED = 8

if (typeof values.build === "string") {
  const { bytes } = (await import(pathToFileURL(values.build).href)) as { bytes: string }
  // Only now: these loops measure older packages as well, which have no such function (scripts/compare-engines.mjs).
  const { adoptBuild } = await import("@outlive/core/engine-js")
  adoptBuild("release", bytes)
}
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

const lab = engine as LabEngine
const { AddToCell } = layout.Action
/** Where a fence without a lock has its list, or says that it is complete. */
const FREE_HEAD = 4
const FREE_COMPLETE = 1
const counter = heap.cell(1)

function resetFree(fences: Int32Array): void {
  for (const address of fences) {
    if (words[(address + FREE_HEAD) >> 2] !== FREE_COMPLETE) throw new Error("A pass left a fence unsignaled")
    // PLAIN: this is the only thread.
    words[(address + FREE_HEAD) >> 2] = 0
  }
}

/** Fences without a lock, signaled. */
function freeFences(): Int32Array {
  const fences = Int32Array.from({ length: PASS }, () => lab.createFree(record))
  for (const free of fences) lab.signalFree(record, free)
  return fences
}

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
  firstSignalFree: () => {
    const fences = freeFences()
    return {
      prepare: () => resetFree(fences),
      pass() {
        for (let i = 0; i < TURNS; i++) lab.signalFree(record, fences[i]!)
      },
    }
  },
  firstSignalBare: () => ({
    prepare: resetSignaled,
    pass() {
      for (let i = 0; i < TURNS; i++) lab.signalBare(record, addresses[i]!)
    },
  }),
  addRemove: () => {
    resetSignaled()
    return {
      prepare: nothing,
      pass() {
        let yes = 0
        for (let i = 0; i < TURNS; i++)
          yes += engine.removeCallback(record, engine.addCallback(record, fence, AddToCell, counter))
        check(yes)
      },
    }
  },
  addRemoveFree: () => {
    const free = lab.createFree(record)
    return {
      prepare: nothing,
      pass() {
        let yes = 0
        for (let i = 0; i < TURNS; i++) yes += lab.removeFree(record, lab.addFree(record, free, AddToCell, counter))
        check(yes)
      },
    }
  },
  addSignalRemove: () => ({
    prepare() {
      resetSignaled()
      // What is left of a list that has been run.
      for (const address of addresses) words[(address + FIRST) >> 2] = words[(address + LAST) >> 2] = 0
    },
    pass() {
      for (let i = 0; i < TURNS; i++) {
        const node = engine.addCallback(record, addresses[i]!, AddToCell, counter)
        engine.signal(record, addresses[i]!)
        engine.removeCallback(record, node)
      }
    },
  }),
  addSignalRemoveFree: () => {
    const fences = freeFences()
    return {
      prepare: () => resetFree(fences),
      pass() {
        for (let i = 0; i < TURNS; i++) {
          const node = lab.addFree(record, fences[i]!, AddToCell, counter)
          lab.signalFree(record, fences[i]!)
          lab.removeFree(record, node)
        }
      },
    }
  },
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
