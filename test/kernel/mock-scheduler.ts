/** The kernel's mock scheduler: jobs go to hardware that completes them when it is told to. */
import { type Fence, type Hardware, Scheduler, type SchedulerOptions } from "@outlive/core"
import { expect } from "vitest"
import { world } from "../unit/world.js"
import type { Configuration } from "./suite.js"

/** Hardware that has taken jobs, and completes them in order. */
export interface Mock {
  readonly scheduler: Scheduler
  readonly hardware: Hardware
  /** What was asked whether it had hung, by data. */
  readonly timedOut: number[]
  /** What was started, by data, in order. */
  readonly started: number[]
  /** Starts what may be started. */
  run(): void
  /** Completes the next n jobs that the hardware has; the number that there were. */
  advance(n?: number): number
  /** Runs and advances until there is nothing more to do. */
  drain(): void
}

export function schedulerWorld(configuration: Configuration, options: Parameters<typeof world>[0] = {}) {
  const w = world({
    ...configuration,
    fences: 4_096,
    objects: 4_096,
    containers: 4_096,
    callbacks: 8_192,
    lists: 64,
    ...options,
  })
  const kept: { drop(): void }[] = []
  const keep = <T extends { drop(): void }>(handle: T): T => {
    kept.push(handle)
    return handle
  }
  return {
    ...w,
    keep,
    mock(schedulerOptions: SchedulerOptions = {}, onTimeout: () => "reset" | "no-hang" = () => "reset"): Mock {
      const scheduler = keep(Scheduler.create(w.thread, schedulerOptions))
      const busy: Fence[] = []
      const started: number[] = []
      const timedOut: number[] = []
      const hardware: Hardware = {
        run({ data }) {
          started.push(data)
          const fence = w.timeline.fence()
          busy.push(fence)
          return fence
        },
        onTimeout({ data }) {
          timedOut.push(data)
          return onTimeout()
        },
      }
      const run = () => {
        while (scheduler.runNext(hardware)) {
          // As many as there are.
        }
      }
      const advance = (n = 1) => {
        const done = busy.splice(0, n)
        for (const fence of done) {
          fence.signal()
          fence.drop()
        }
        return done.length
      }
      keep({ drop: () => void advance(Infinity) })
      return {
        scheduler,
        hardware,
        timedOut,
        started,
        run,
        advance,
        drain() {
          do run()
          while (advance(Infinity) > 0)
        },
      }
    },
    end() {
      for (const handle of kept.toReversed()) handle.drop()
      w.close()
      expect(w.heap.accounts()).toMatchObject({
        objects: { inUse: 0 },
        containers: { inUse: 0 },
        lists: { inUse: 0 },
      })
    },
  }
}
