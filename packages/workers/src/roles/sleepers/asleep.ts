/** What the threads of a race over one lock share. */
import { type Fence, type SharedFence, type ModuleDefinition, defineModule } from "@outlive/core"
import type { Stage } from "../../stage.js"

export interface Asleep {
  readonly fence: SharedFence
  readonly flags: SharedArrayBuffer
}

/** Words of `flags`, each set once. */
export const FLAG = {
  mortalSleeps: 0,
  otherMaySleep: 1,
  otherSleeps: 2,
  mortalWoken: 3,
  otherGotIt: 4,
  never: 5,
} as const
export const FLAGS_BYTES = 32

export const mock: ModuleDefinition = defineModule({ name: "mock", driverName: "mock" })

export function raise(flags: Int32Array, flag: number): void {
  Atomics.store(flags, flag, 1)
  Atomics.notify(flags, flag)
}

/** Takes the lock of the fence, which somebody holds; told just before this thread sleeps, and when it is awake again. */
export function sleepOnLock(
  { thread, tokens }: Stage<Asleep>,
  told: { sleeping(): void; woken(): void; got(): void },
): void {
  const sleep = Atomics.wait
  const fence: Fence = thread.open(tokens.fence)
  Atomics.wait = ((...how: Parameters<typeof sleep>) => {
    told.sleeping()
    const outcome = sleep(...how)
    told.woken()
    return outcome
  }) as typeof sleep
  try {
    fence.locked(() => told.got())
  } finally {
    Atomics.wait = sleep
  }
  fence.drop()
}
