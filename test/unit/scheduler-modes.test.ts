/** What a finished fence leads to when its job is over: nothing, or its hardware and the module of its scheduler. */
import { Heap, type HeapOptions, type Module, Scheduler, type SchedulerOptions, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"

function heapWith(heapOptions: HeapOptions, options: (module: Module) => SchedulerOptions) {
  const heap = Heap.create({ fences: 64, flavour: "checked", ...heapOptions })
  const [gpu, sched] = ["gpu", "gpu-sched"].map((name) => defineModule({ name, driverName: name }))
  const thread = heap.attach({ modules: [gpu!, sched!] })
  const load = () => thread.load(sched!)
  const module = load()
  const scheduler = Scheduler.create(thread, { name: "ring 0", ...options(module) })
  const timeline = thread.load(gpu!).timeline("gfx")
  const entity = scheduler.entity()
  const submit = () => {
    const { finished, scheduled } = entity.submit()
    scheduled.drop()
    return finished
  }
  /** Runs it, and lets the hardware finish it. */
  const run = () => {
    const parent = timeline.fence()
    scheduler.runNext({ run: () => parent })
    parent.signal()
    parent.drop()
  }
  const end = () => {
    for (const handle of [entity, scheduler]) handle.drop()
    thread.barrier()
  }
  return { heap, thread, module, scheduler, submit, run, end }
}

const codeOf = (body: () => unknown): string | undefined => {
  try {
    body()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

describe.each(["wasm", "js"] as const)("a finished fence (%s)", (engine) => {
  test("lets go of the hardware's when its job is over; with a parent that is kept, at its last put", () => {
    for (const parent of ["dropped", "kept"] as const) {
      const { heap, thread, submit, run, end } = heapWith({ engine }, () => ({ parent }))
      const finished = submit()
      run()
      expect(finished.status()).toBe(1)
      thread.barrier()
      // The entity holds its last one as well.
      expect(heap.accounts().fences.inUse).toBe(parent === "kept" ? 3 : 2)
      expect(heap.check()).toEqual([])
      finished.drop()
      end()
      expect(heap.accounts().fences.inUse).toBe(0)
    }
  })

  test("of a scheduler in a module is that module's, and outlives it as an issuer's does", () => {
    const { thread, module, submit, run, end } = heapWith({ engine }, (home) => ({ module: home }))
    const finished = submit()
    expect([finished.driverName(), finished.timelineName()]).toEqual(["gpu-sched", "ring 0"])
    run()
    expect(codeOf(() => module.unload())).toBe("IN_USE")
    end()
    module.unload()
    expect(finished.driverName()).toBe("detached-driver")
    finished.drop()
    thread.barrier()
  })

  test("where ops stay leads into a scheduler that has ended, and a module that has gone", () => {
    const { module, submit, run, end } = heapWith({ engine, lifetime: "issuer-bound" }, (home) => ({ module: home }))
    const finished = submit()
    run()
    end()
    expect(codeOf(() => finished.timelineName())).toBe("DEAD_TIMELINE")
    module.unload()
    expect(codeOf(() => finished.driverName())).toBe("DEAD_TEXT")
    // Its own release, and that of the scheduled one, which it had.
    expect(() => finished.drop()).toThrow(
      expect.objectContaining({
        errors: [expect.objectContaining({ code: "DEAD_TEXT" }), expect.objectContaining({ code: "DEAD_TEXT" })],
      }),
    )
  })
})
