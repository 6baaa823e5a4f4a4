/** What an issuer can ask of its fences: a word, bits, a lock for several timelines, a slab. */
import { FenceArray, OopsError, SoftTimeline } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

/** The code of the oops or error that something ends with. */
function codeOf(body: () => unknown): string {
  try {
    body()
    return "nothing"
  } catch (error) {
    return (error as OopsError).code ?? (error as Error).name
  }
}

/** The oops that something ends with. */
function oopsOf(body: () => unknown): OopsError {
  try {
    body()
  } catch (error) {
    if (error instanceof OopsError) return error
    throw error
  }
  throw new Error("No oops")
}

describe.each(BUILDS)("an issuer's fence, $engine $flavour", (build) => {
  test("has a word for its issuer, by which it is known also when it is complete and detached", () => {
    const w = world(build)
    const ring = w.module.record({ name: "ring" })
    const fence = w.timeline.fence()
    expect(fence.user).toBe(0)
    fence.user = ring.token
    ring.add(0, 1)
    fence.signal()
    expect([fence.isDetached, w.thread.issuerRecord(fence.user).read(0)]).toEqual([true, 1])
    expect(codeOf(() => (fence.user = 2 ** 31))).toBe("RangeError")
    ring.discard()
    expect(codeOf(() => w.thread.issuerRecord(fence.user))).toBe("DEAD_RECORD")
    fence.drop()
    w.close()
  })

  test("has sixteen bits, each of which one claims", () => {
    const w = world(build)
    const other = w.heap.attach()
    const fence = w.timeline.fence()
    const same = other.open(fence.share())
    for (let bit = 0; bit < 16; bit++) {
      expect([fence.hasBit(bit), same.claimBit(bit), fence.claimBit(bit), fence.hasBit(bit)]).toEqual([
        false,
        true,
        false,
        true,
      ])
      expect(fence.hasSignaled()).toBe(false)
    }
    expect([codeOf(() => fence.claimBit(16)), codeOf(() => fence.hasBit(-1))]).toEqual(["RangeError", "RangeError"])
    fence.signal()
    expect([fence.status(), fence.hasBit(15)]).toEqual([1, true])
    fence.drop()
    same.drop()
    other.detach()
    w.close()
  })

  test("of the engine's own has no such word", () => {
    const w = world(build)
    const [one, two] = [w.timeline.fence(), w.timeline.fence()]
    const soft = SoftTimeline.create(w.thread)
    const fences = [FenceArray.create(w.thread, [one, two]), soft.point(1), w.thread.stub(), w.thread.privateStub(1n)]
    for (const fence of fences) {
      expect(codeOf(() => fence.user)).toBe("EINVAL")
      expect(codeOf(() => (fence.user = 1))).toBe("EINVAL")
    }
    for (const fence of [one, two]) fence.signal()
    soft.close()
    for (const held of [...fences, one, two, soft]) held.drop()
    w.close()
  })
})

describe.each(BUILDS)("a shared lock, $engine $flavour", (build) => {
  test("guards the fences of several timelines, and is its issuer's to take", () => {
    const w = world(build)
    const gfx = w.module.timeline("gfx", { lock: "external" })
    const lock = gfx.sharedLock!
    const compute = w.module.timeline("compute", { lock })
    expect([compute.sharedLock!.token, w.timeline.sharedLock]).toEqual([lock.token, undefined])
    const fences = [gfx.fence(), compute.fence()]
    let called = 0
    for (const fence of fences) fence.addCallback(() => void called++)
    lock.locked(() => {
      for (const fence of fences) fence.signalLocked()
    })
    w.thread.deliver()
    expect([called, ...fences.map((fence) => fence.status())]).toEqual([2, 1, 1])
    expect(w.heap.accounts().locks.inUse).toBe(1)
    expect(w.heap.check()).toEqual([])
    if (build.flavour === "checked") {
      const free = w.timeline.fence()
      lock.locked(() => expect(codeOf(() => free.signalLocked())).toBe("LOCK_NOT_HELD"))
      free.drop()
    }
    for (const fence of fences) fence.drop()
    gfx.close()
    compute.close()
    w.close()
    expect(codeOf(() => lock.locked(() => 1))).toBe("DETACHED")
  })

  test("stays with one of its timelines when another is closed, and goes with the last of its fences", () => {
    const w = world(build)
    const gfx = w.module.timeline("gfx", { lock: "external" })
    const lock = gfx.sharedLock!
    const compute = w.module.timeline("compute", { lock })
    gfx.close()
    w.thread.barrier()
    expect([lock.isLive, lock.locked(() => 7)]).toEqual([true, 7])
    const fence = compute.fence()
    fence.signal()
    compute.close()
    w.thread.barrier()
    expect([lock.isLive, w.heap.check()]).toEqual([true, []])
    fence.drop()
    w.thread.barrier()
    expect(lock.isLive).toBe(false)
    expect(codeOf(() => lock.locked(() => 1))).toBe("DEAD_LOCK")
    expect(codeOf(() => w.module.timeline("late", { lock }))).toBe("DEAD_LOCK")
    expect(w.heap.check()).toEqual([])
    w.close()
  })

  test.each(["issuer-bound", "names-only"] as const)(
    "where locks dangle it goes with the last of its timelines, at the unload: %s",
    (lifetime) => {
      const w = world({ ...build, lifetime })
      const gfx = w.module.timeline("gfx", { lock: "external" })
      const lock = gfx.sharedLock!
      const compute = w.module.timeline("compute", { lock })
      const fence = compute.fence()
      fence.signal()
      gfx.close()
      compute.close()
      expect(lock.isLive).toBe(true)
      w.timeline.close()
      w.module.unload()
      expect([lock.isLive, codeOf(() => lock.locked(() => 1)), w.heap.accounts().locks.inUse]).toEqual([
        false,
        "DEAD_LOCK",
        0,
      ])
      expect(codeOf(() => fence.drop())).toBe("DEAD_TEXT")
      w.close()
    },
  )

  test("is opened by its token in another thread, and refused where it does not belong", () => {
    const w = world(build)
    const other = w.heap.attach({ name: "other" })
    const gfx = w.module.timeline("gfx", { lock: "external" })
    const lock = gfx.sharedLock!
    const same = other.sharedLock(lock.token)
    expect(same.locked(() => lock.isLive)).toBe(true)
    expect(codeOf(() => w.module.timeline("foreign", { lock: same }))).toBe("FOREIGN")
    expect(codeOf(() => w.module.timeline("mock timeline", { lock }))).toBe("MISMATCH")
    expect(codeOf(() => other.sharedLock(lock.token + 64))).toBe("nothing")
    for (const token of [0, 1, lock.token & ~63, -1, 1.5])
      expect(codeOf(() => other.sharedLock(token))).toBe("RangeError")
    expect(codeOf(() => lock.locked((async () => 1) as never))).toBe("TypeError")
    gfx.close()
    other.detach()
    w.close()
  })
})

describe.each(BUILDS)("a slab, $engine $flavour", (build) => {
  test("must be empty when its module goes: also of what only waits to be given back", () => {
    const w = world(build)
    w.timeline.close()
    const timeline = w.module.timeline("slab", { slab: true })
    const [held, dropped] = [timeline.fence(), timeline.fence()]
    for (const fence of [held, dropped]) fence.signal()
    // Nothing that was retired comes back while somebody reads.
    const reader = w.heap.attach({ name: "reader" })
    reader.engine.readLock(reader.record)
    dropped.drop()
    timeline.close()
    const oops = oopsOf(() => w.module.tryUnload({ timeoutMs: 0 }))
    expect([oops.code, oops.message]).toEqual(["SLAB_NOT_EMPTY", expect.stringContaining("with 2 fences in use")])
    reader.engine.readUnlock(reader.record)
    w.thread.barrier()
    // It goes all the same, and what is left of it is memory of the heap.
    expect([w.module.state, held.status(), held.driverName()]).toEqual(["gone", 1, "detached-driver"])
    held.drop()
    reader.detach()
    w.close()
  })

  test("is empty after a barrier, and stays until then, though nobody has it open", () => {
    const w = world(build)
    const timeline = w.module.timeline("slab", { slab: true })
    const { context } = timeline
    const fence = timeline.fence()
    const fenceAddress = fence.address
    const pointer = w.heap.words[(fenceAddress + layout.Fence.timeline) >> 2]
    fence.signal()
    fence.drop()
    timeline.close()
    w.thread.barrier()
    // Whoever takes its memory next does not look like a fence of the slab before it has made one of it.
    expect(w.heap.words[(fenceAddress + layout.Fence.timeline) >> 2]).not.toBe(pointer)
    const again = w.module.timeline("slab", { slab: true })
    expect([again.context, codeOf(() => w.module.timeline("slab", { slab: false }))]).toEqual([context, "MISMATCH"])
    again.close()
    expect(w.heap.check()).toEqual([])
    w.close()
  })
})
