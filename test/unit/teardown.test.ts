/** What a module does at its end, in the thread that unloads it. */
import { type Fence, Heap, type IssuerThread, ModuleError, type Thread, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS } from "./world.js"

type Build = (typeof BUILDS)[number] & { readonly lifetime?: "independent" | "issuer-bound" }

/** A module whose end is given, and one of its fences in cell 0. */
function ending(build: Build, teardown: (thread: IssuerThread) => void) {
  const heap = Heap.create({ fences: 64, threads: 4, cells: 4, ...build })
  const gpu = defineModule({ name: "gpu", driverName: "gpu driver", teardown })
  const thread = heap.attach({ name: "main", modules: [gpu] })
  const module = thread.load(gpu)
  const timeline = module.timeline("ring")
  const fence = timeline.fence()
  thread.replaceAt(0, fence.addRef())
  timeline.close()
  return { heap, gpu, thread, module, fence }
}

/** Completes what is in cell 0. */
function complete(thread: IssuerThread): void {
  using fence: Fence = thread.openAt(0)!
  fence.signal({ error: -125 })
}

function end({ heap, thread, fence }: { heap: Heap; thread: Thread; fence: Fence }): void {
  thread.replaceAt(0, undefined)?.drop()
  fence.drop()
  thread.barrier()
  expect(heap.accounts()).toMatchObject({ balanced: true, fences: { inUse: 0 }, modules: { inUse: 0 } })
  expect(heap.check()).toEqual([])
  thread.detach()
}

describe.each(BUILDS)("a module's end, $engine $flavour", (build) => {
  test.each(["unload", "tryUnload", "tryUnload in time", "unloadAsync"])(
    "completes what is pending before it is counted: %s",
    async (how) => {
      let states: unknown[] = []
      const w = ending(build, (thread) => {
        const load = () => (thread as Thread).load(w.gpu)
        states = [w.module.state, w.module.tryAddRef(), w.module.tryUnload()?.code, w.module.pending]
        expect(load).toThrow("one of that name is being taken away")
        complete(thread)
        thread.synchronize()
        thread.barrier()
      })
      if (how === "unload") w.module.unload()
      else if (how === "tryUnload") expect(w.module.tryUnload()).toBeUndefined()
      else if (how === "tryUnload in time") expect(w.module.tryUnload({ timeoutMs: 5_000 })).toBeUndefined()
      else await w.module.unloadAsync()
      // Nobody comes in.
      expect(states).toEqual(["going", false, "NOT_LIVE", 1])
      expect([w.module.state, w.fence.status(), w.fence.isDetached]).toEqual(["gone", -125, true])
      end(w)
    },
  )

  test("lets the module live when it throws, or leaves fences pending, and comes again", () => {
    let ends = 0
    const w = ending(build, (thread) => {
      ends++
      if (ends === 1) throw new Error("The hardware does not answer")
      if (ends === 3) complete(thread)
    })
    expect(() => w.module.tryUnload()).toThrow("The hardware does not answer")
    expect([w.module.state, w.module.tryAddRef(), w.module.dropRef()]).toEqual(["live", true, true])
    expect(w.module.tryUnload()?.code).toBe("PENDING")
    expect(w.module.state).toBe("live")
    w.module.unload()
    expect([ends, w.module.state]).toEqual([3, "gone"])
    end(w)
  })

  test("does not come while references are held, nor in a read section of an unload that waits", () => {
    let ends = 0
    const w = ending(build, (thread) => {
      ends++
      complete(thread)
    })
    w.module.tryAddRef()
    expect(w.module.tryUnload()?.code).toBe("IN_USE")
    w.module.dropRef()
    expect(() => w.thread.read(() => w.module.tryUnload())).toThrow(/grace period/)
    expect(ends).toBe(0)
    w.module.unload()
    end(w)
  })

  test("is refused when it is none, or goes on after it has returned", () => {
    expect(() => defineModule({ name: "m", driverName: "d", teardown: 1 as never })).toThrow(TypeError)
    expect(() => defineModule({ name: "m", driverName: "d", teardown: (async () => {}) as never })).toThrow(TypeError)
    const w = ending(build, ((thread: IssuerThread) => (complete(thread), Promise.resolve())) as never)
    expect(() => w.module.unload()).toThrow(TypeError)
    expect(w.module.state).toBe("live")
    w.thread.engine.unload(w.thread.record, w.module.address, w.heap.words[w.module.address >> 2]!)
    end(w)
  })

  test("runs in a thread that cannot leave meanwhile; one that is taken for dead has not ended it", () => {
    let doing = () => w.thread.detach()
    const w = ending(build, () => doing())
    expect(() => w.module.unload()).toThrow("a module's end is running in it")
    expect(w.module.state).toBe("live")
    const other = w.heap.attach({ name: "other", modules: [w.gpu] })
    const same = other.load(w.gpu)
    doing = () => void other.reclaim(w.heap.threads().find(({ name }) => name === "main")!)
    expect(() => w.module.unload()).toThrow("reclaimed")
    expect([same.state, same.tryAddRef()]).toEqual(["live", true])
    same.dropRef()
    other.replaceAt(0, undefined)!.drop()
    other.detach()
  })
})

describe.each(BUILDS)("an unload although fences are pending, $engine $flavour", (build) => {
  test("leaves them leading into what has gone, where nobody waits", () => {
    const w = ending({ ...build, lifetime: "issuer-bound" }, () => {})
    expect(w.module.tryUnload()?.code).toBe("PENDING")
    expect(w.module.tryUnload({ evenIfPending: true })).toBeUndefined()
    expect([w.module.state, w.fence.hasSignaled()]).toEqual(["gone", false])
    expect(() => w.fence.driverName()).toThrow(/text of a module that is gone/)
    w.fence.signal()
    w.thread.replaceAt(0, undefined)!.drop()
    expect(() => w.fence.drop()).toThrow(/text of a module that is gone/)
    w.thread.detach()
  })

  test("is refused where an unload waits for readers", async () => {
    const w = ending(build, complete)
    expect(() => w.module.unload({ evenIfPending: true })).toThrow(ModuleError)
    expect(w.module.tryUnload({ evenIfPending: true })?.code).toBe("MISMATCH")
    await expect(w.module.unloadAsync({ evenIfPending: true })).rejects.toThrow("waits for readers")
    expect(() => w.module.tryUnload({ evenIfPending: 1 as never })).toThrow(TypeError)
    expect([w.module.state, w.fence.hasSignaled()]).toEqual(["live", false])
    w.module.unload({ evenIfPending: false })
    end(w)
  })
})
