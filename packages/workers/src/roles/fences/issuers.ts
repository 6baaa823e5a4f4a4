/** The modules that issue fences in a race: the same in every thread. */
import { type Fence, HeapError, type Module, type ModuleDefinition, defineModule } from "@outlive/core"
import type { Complain } from "../../scenario.js"
import type { Stage } from "../../stage.js"
import { USER_BIT } from "./user-bits.js"

/** Three kinds of issuers: one that is asked to enable signaling, one that is polled, one that wants to see its fences freed. */
export function issuers(complain: Complain): ModuleDefinition[] {
  return [
    defineModule({
      name: "gpu",
      driverName: "gpu: a driver with a name long enough to be torn apart",
      ops: {
        enableSignaling(fence) {
          if (!claim(fence, USER_BIT.enabled)) complain("enableSignaling was called twice for one fence (I11)")
          if (fence.hasSignaled()) complain("enableSignaling was called for a fence that is signaled (I11)")
        },
      },
    }),
    defineModule({
      name: "codec",
      driverName: "codec: another driver, with another name that is long",
      ops: { pollSignaled: (fence) => (flags(fence) & USER_BIT.hardwareDone) !== 0 },
    }),
    defineModule({
      name: "keeper",
      driverName: "keeper: a driver that wants to see its fences freed",
      ops: {
        free(fence) {
          if (!claim(fence, USER_BIT.freed)) complain("free was called twice for one fence")
        },
      },
    }),
  ]
}

/**
 * Loads a module, if the heap has room: records of modules that went come back after a grace period, which a reader that
 * is given no time holds up. A heap that is full is an answer, not a failure.
 */
export function loadIfRoom(stage: Stage, definition: ModuleDefinition): Module | undefined {
  try {
    return stage.thread.load(definition)
  } catch (error) {
    if (!(error instanceof HeapError) || error.code !== "FULL") throw error
    stage.count("no module left")
    stage.dawdle()
    return undefined
  }
}

/** Every driver name that can be true. */
export const DRIVER_NAMES = new Set([
  ...issuers(() => {}).map((m) => m.driverName),
  "detached-driver",
  "dma_fence_array",
  "dma_fence_chain",
])
/** What timelines are called, by module. */
export const timelineNameOf = (module: string) => `${module}: a timeline, and the name of it is long as well`
/** Every timeline name that can be true. */
export const TIMELINE_NAMES = new Set([
  ...issuers(() => {}).map((m) => timelineNameOf(m.name)),
  "signaled-timeline",
  "unbound",
])

/** True for the first to set this bit. */
export function claim(fence: Fence, bit: number): boolean {
  return fence.thread.engine.claimUserBit(fence.address, bit) === 1
}

function flags(fence: Fence): number {
  return fence.thread.engine.flagsOf(fence.address)
}
