/** A heap with a thread and a plain module, for tests that need one; taken apart again, with balanced accounts. */
import {
  type HeapOptions,
  Heap,
  type ModuleOps,
  type OpenOptions,
  type OutliveWarning,
  defineModule,
} from "@outlive/core"
import { expect } from "vitest"

/** Every build there is: what holds for one must hold for all. */
export const BUILDS = [
  { engine: "wasm", flavour: "release" },
  { engine: "wasm", flavour: "checked" },
  { engine: "js", flavour: "release" },
  { engine: "js", flavour: "checked" },
] as const

export function world(options: HeapOptions & OpenOptions & { ops?: ModuleOps } = {}) {
  const { ops = {}, ...heapOptions } = options
  const warnings: OutliveWarning[] = []
  const heap = Heap.create({
    fences: 64,
    threads: 4,
    cells: 16,
    onWarning: (w) => void warnings.push(w),
    ...heapOptions,
  })
  const mock = defineModule({ name: "mock", driverName: "mock driver", ops })
  const thread = heap.attach({ name: "main", modules: [mock] })
  const module = thread.load(mock)
  const timeline = module.timeline("mock timeline")
  return {
    heap,
    mock,
    thread,
    module,
    timeline,
    warnings,
    /** Everything was given back. */
    close() {
      timeline.close()
      if (module.state === "live") module.unload()
      thread.barrier()
      const accounts = heap.accounts()
      expect(accounts).toMatchObject({
        balanced: true,
        fences: { inUse: 0 },
        callbacks: { inUse: 0 },
        modules: { inUse: 0 },
        timelines: { inUse: 0 },
        locks: { inUse: 0 },
      })
      thread.detach()
      expect(heap.accounts().threads.inUse).toBe(0)
    },
  }
}
