/** What each of the four workers does, step by step, until the page stops the race. */
import {
  type Fence,
  HeapError,
  ModuleError,
  OopsError,
  type Thread,
  type Timeline,
  defineModule,
} from "@outlive/core/all-worker"
import type { LaneName, Lanes } from "./lanes.js"

export const gpu = defineModule({ name: "gpu", driverName: "toy-gpu" })

/** Cells of the heap in which the issuer leaves its fences for others to find. */
export const CELLS = 4
/** So many fences are issued before the timeline is closed, and the module may be unloaded. */
const BURST = 6

/** A fence that somebody has left, with a reference of our own. */
export const findFence = (thread: Thread): Fence | undefined => thread.openAt(Math.floor(Math.random() * CELLS))

interface Role {
  step(): void
  /** Gives back what it holds. */
  leave(): void
}

type RoleOf = (thread: Thread, lanes: Lanes) => Role

/** Issues fences, leaves each in a cell, signals it a step later. */
const issuer: RoleOf = (thread, lanes) => {
  let timeline: Timeline | undefined
  let pending: Fence | undefined
  let issued = 0

  function issue(): void {
    timeline ??= thread.load(gpu).timeline("render")
    pending = timeline.fence()
    pending.user = ++issued
    lanes.record("issuer", "created", issued)
    thread.replaceAt(issued % CELLS, pending.addRef())?.drop()
  }

  function complete(fence: Fence): void {
    pending = undefined
    fence.signal()
    lanes.record("issuer", "signaled", issued)
    fence.drop()
    if (issued % BURST !== 0) return
    timeline?.close()
    timeline = undefined
    lanes.set("bursts", lanes.get("bursts") + 1)
  }

  return {
    step: () => (pending ? complete(pending) : issue()),
    leave() {
      if (pending) complete(pending)
      timeline?.close()
    },
  }
}

/** Waits for a fence. */
const waiter: RoleOf = (thread, lanes) => ({
  step() {
    using fence = findFence(thread)
    if (fence?.waitSync({ timeoutMs: 1_000 }) === "signaled") lanes.record("waiter", "waited", fence.user)
  },
  leave() {},
})

/** Asks a fence for its names: of its issuer, while it can be asked. */
const namer: RoleOf = (thread, lanes) => ({
  step() {
    using fence = findFence(thread)
    if (!fence) return
    const number = fence.user
    fence.driverName()
    fence.timelineName()
    lanes.record("namer", "named", number)
  },
  leave() {},
})

/** Unloads the module while its fences are still held, as soon as nothing of it is in use. */
const unloader: RoleOf = (thread, lanes) => {
  let unloadedAt = 0
  return {
    step() {
      const bursts = lanes.get("bursts")
      if (bursts === unloadedAt) return
      const refusal = thread.load(gpu).tryUnload({ timeoutMs: 100 })
      if (refusal) return
      unloadedAt = bursts
      lanes.record("unloader", "unloaded")
    },
    leave() {},
  }
}

export const ROLES: Readonly<Record<Exclude<LaneName, "page">, RoleOf>> = { issuer, waiter, namer, unloader }

/** The crashes in what was thrown: one, or another one while the first was cleared up. What is no crash is thrown again. */
export function crashesIn(error: unknown): readonly OopsError[] {
  if (error instanceof OopsError) return [error]
  // A `SuppressedError`, which not every browser knows.
  if (error instanceof Error && "suppressed" in error && "error" in error)
    return [...crashesIn(error.suppressed), ...crashesIn(error.error)]
  throw error
}

/** Try again: somebody else unloads the module at this moment, or what was given back waits for a thread that looks at it. */
export const isBusy = (error: unknown): boolean =>
  (error instanceof ModuleError && error.code === "NOT_LIVE") || (error instanceof HeapError && error.code === "FULL")
