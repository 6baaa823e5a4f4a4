/** Jobs that end without being run: whoever comes to ask about one of them, however little patience it has, it ends in the end. */
import { Heap, Scheduler, defineModule, waitAnySync } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS } from "./world.js"

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("a job of a closed entity is asked about by a wait without patience, while what it waits for next is locked", () => {
    const heap = Heap.create({ ...build, spins: 10, fences: 16, threads: 2, onWarning() {} })
    let ready: bigint | undefined
    const gpu = defineModule({
      name: "gpu",
      driverName: "gpu",
      ops: { pollSignaled: ({ context }) => context === ready },
    })
    const [main, other] = ["main", "other"].map((name) => heap.attach({ name, modules: [gpu] }))
    const module = main!.load(gpu)
    const timeline = module.timeline("ring")
    const [first, second] = [timeline.fence(), module.timeline("another").fence()]
    const theirs = other!.open(first.share())
    const scheduler = Scheduler.create(main!)
    const entity = scheduler.entity()
    const job = entity.submit({ dependencies: [second, first] })
    entity.close()
    expect(job.finished.hasSignaled()).toBe(false)
    ready = first.context
    second.locked(() => expect(waitAnySync([theirs], { timeoutMs: 0 }).outcome).toBe("signaled"))
    expect(first.hasSignaled()).toBe(true)
    expect(job.finished.hasSignaled()).toBe(false)
    second.signal()
    // It comes back for what it could not do.
    theirs.status()
    theirs.drop()
    expect(job.finished.status()).toBe(-3)
  })
})
