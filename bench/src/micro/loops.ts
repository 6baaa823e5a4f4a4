/**
 * The measured loops: 1,024 operations each. Every loop is made by a function of its own and runs alone in its
 * process, so that V8 sees one callee at each call site, as in a program that uses one engine.
 *
 * They call as programs do, `thread.engine.signal(thread.record, fence)`; the "held" ones keep the functions and the
 * record in constants, which is as near as JavaScript comes to the twins. The difference is the price of the objects.
 */
import { type EngineKind, Heap, defineModule } from "@outlive/core"

/** Operations in one pass of a loop. */
export const PASS = 1_024

export interface Loop {
  /** Puts back what a pass has used up; not timed. */
  prepare(): void
  pass(): void
}

/** Words of a fence, from the engine's layout, and its flag SIGNALED. */
const FLAGS = 12
const LOCK = 20
const OPS = 24
const SIGNALED = 8

/** The loop of this name over this engine's release build. */
export function makeLoop(operation: string, kind: EngineKind): Loop {
  const heap = Heap.create({ engine: kind, flavour: "release", fences: 4 * PASS, threads: 2 })
  const thread = heap.attach({ name: "bench" })
  const timeline = thread.load(defineModule({ name: "bench", driverName: "bench" })).timeline("bench")
  const handles = Array.from({ length: PASS }, () => timeline.fence())
  const addresses = Int32Array.from(handles, (h) => h.address)
  const fence = addresses[0]!
  const { words } = thread
  const flags = words[(fence + FLAGS) >> 2]!
  const ops = words[(fence + OPS) >> 2]!

  /** PLAIN: one thread; the fences are as they were before they were signaled. */
  const reset = () => {
    for (const address of addresses) {
      words[(address + FLAGS) >> 2] = flags
      words[(address + OPS) >> 2] = ops
    }
  }
  /** The loop must have done what it was timed for. */
  const resetSignaled = () => {
    for (const address of addresses)
      if ((words[(address + FLAGS) >> 2]! & SIGNALED) === 0)
        throw new Error(`A pass of ${operation} left fences unsignaled`)
    reset()
  }
  const nothing = () => {}
  /** All said yes, as they had to; and no compiler may leave out what is asked. */
  const check = (yes: number) => {
    if (yes !== PASS) throw new Error(`${operation} was true ${yes} of ${PASS} times`)
  }

  const loops: Readonly<Record<string, () => Loop>> = {
    hasSignaled: () => ({
      prepare: nothing,
      pass() {
        let yes = 0
        for (let i = 0; i < PASS; i++) yes += thread.engine.hasSignaled(fence)
        check(yes)
      },
    }),
    firstSignal: () => ({
      prepare: resetSignaled,
      pass() {
        for (let i = 0; i < PASS; i++) thread.engine.signal(thread.record, addresses[i]!)
      },
    }),
    repeatedSignal: () => ({
      prepare: nothing,
      pass() {
        for (let i = 0; i < PASS; i++) thread.engine.signal(thread.record, fence)
      },
    }),
    heldRepeatedSignal: () => {
      const { engine, record } = thread
      const { signal } = engine
      return {
        prepare: nothing,
        pass() {
          for (let i = 0; i < PASS; i++) signal(record, fence)
        },
      }
    },
    addRefDropRef: () => ({
      prepare: nothing,
      pass() {
        for (let i = 0; i < PASS; i++) {
          thread.engine.addRef(fence)
          thread.engine.dropRef(thread.record, fence)
        }
      },
    }),
    hasSignaledAt: () => {
      const cell = heap.cell(0)
      thread.engine.publish(cell, fence)
      return {
        prepare: nothing,
        pass() {
          let yes = 0
          for (let i = 0; i < PASS; i++) yes += thread.engine.hasSignaledAt(thread.record, cell)
          check(yes)
        },
      }
    },
    lockUnlock: () => ({
      prepare: nothing,
      pass() {
        for (let i = 0; i < PASS; i++) {
          thread.engine.lock(thread.record, fence + LOCK)
          thread.engine.unlock(thread.record, fence + LOCK)
        }
      },
    }),
    heldLockUnlock: () => {
      const { engine, record } = thread
      const { lock, unlock } = engine
      const word = fence + LOCK
      return {
        prepare: nothing,
        pass() {
          for (let i = 0; i < PASS; i++) {
            lock(record, word)
            unlock(record, word)
          }
        },
      }
    },
    handleFirstSignal: () => ({
      prepare: resetSignaled,
      pass() {
        for (let i = 0; i < PASS; i++) handles[i]!.signal()
      },
    }),
    handleHasSignaled: () => ({
      prepare: nothing,
      pass() {
        let yes = 0
        for (let i = 0; i < PASS; i++) yes += handles[i]!.hasSignaled() ? 1 : 0
        check(yes)
      },
    }),
    createSignalDrop: () => {
      const { address } = timeline
      return {
        prepare: nothing,
        pass() {
          for (let i = 0; i < PASS; i++) {
            const made = thread.engine.createFence(thread.record, address) || thread.createFence(address)
            thread.engine.signal(thread.record, made)
            thread.engine.dropRef(thread.record, made)
          }
        },
      }
    },
  }
  const make = loops[operation]
  if (!make) throw new Error(`No operation "${operation}": ${Object.keys(loops).join(", ")}`)
  for (const handle of handles) handle.signal()
  return make()
}
