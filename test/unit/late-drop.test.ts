/** What goes on after somebody has left: a handle that is dropped late, a module that was going. */
import { Heap, type OutliveWarning, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS } from "./world.js"

const gpu = defineModule({ name: "gpu", driverName: "toy" })

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("without a free seat a late drop gives nothing back, and it is said what to do", () => {
    const warnings: OutliveWarning[] = []
    const heap = Heap.create({ ...build, fences: 8, threads: 2, onWarning: (warning) => void warnings.push(warning) })
    const main = heap.attach({ name: "main", modules: [gpu] })
    const issuer = heap.attach({ name: "issuer", modules: [gpu] })
    const fence = issuer.load(gpu).timeline("x").fence()
    issuer.detach()
    const other = heap.attach({ name: "other", modules: [gpu] })
    fence.drop()
    expect(warnings).toMatchObject([
      { kind: "lost-reference", message: expect.stringMatching(/drop it before `detach`: .* 2 of 2 threads attached/) },
    ])
    other.detach()
    main.barrier()
    expect(heap.accounts().fences.inUse).toBe(1)
  })

  test("a module that was going is gone when somebody goes on with it, not by itself", () => {
    const heap = Heap.create({ ...build, fences: 8, threads: 2 })
    const main = heap.attach({ name: "main", modules: [gpu] })
    const reader = heap.attach({ name: "reader", modules: [gpu] })
    const module = main.load(gpu)
    reader.read(() => expect(module.tryUnload({ timeoutMs: 5 })?.code).toBe("TIMED_OUT"))
    reader.detach()
    expect(module.state).toBe("going")
    main.barrier()
    expect(module.state).toBe("gone")
  })
})
