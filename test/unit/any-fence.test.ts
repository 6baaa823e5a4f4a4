/** The contract of any fence: what holds for a plain one holds for an array, a chain, a merge. */
import { type Fence, FenceArray, FenceChain, type FenceError, Scheduler, merge } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

type World = ReturnType<typeof world>

/** A fence made of plain ones, and those: when all of them are complete, it is. */
interface Made {
  readonly fence: Fence
  readonly parts: readonly Fence[]
}

const KINDS: Readonly<Record<string, (w: World) => Made>> = {
  plain: ({ timeline }) => {
    const fence = timeline.fence()
    return { fence, parts: [fence.addRef()] }
  },
  array: ({ thread, timeline }) => {
    const parts = [timeline.fence(), timeline.fence(), timeline.fence()]
    return { fence: FenceArray.create(thread, parts), parts }
  },
  chain: ({ thread, timeline }) => {
    const parts = [timeline.fence(), timeline.fence(), timeline.fence()]
    let link: FenceChain | undefined
    parts.forEach((fence, i) => {
      const previous = link
      link = FenceChain.create(thread, { previous, fence, seqno: BigInt(i + 1) })
      previous?.drop()
    })
    return { fence: link!, parts }
  },
  "chain of arrays": ({ thread, timeline }) => {
    const parts = [timeline.fence(), timeline.fence(), timeline.fence(), timeline.fence()]
    using first = FenceArray.create(thread, parts.slice(0, 2))
    using second = FenceArray.create(thread, parts.slice(2))
    using before = FenceChain.create(thread, { fence: first, seqno: 1n })
    return { fence: FenceChain.create(thread, { previous: before, fence: second, seqno: 2n }), parts }
  },
  "finished fence of a job": ({ thread, timeline }) => {
    using scheduler = Scheduler.create(thread)
    using entity = scheduler.entity()
    const { scheduled, finished } = entity.submit()
    const hardware = timeline.fence()
    scheduler.runNext({ run: () => hardware })
    scheduled.drop()
    return { fence: finished, parts: [hardware] }
  },
  merged: ({ thread, module }) => {
    const parts = [0, 1, 2].map((i) => {
      using timeline = module.timeline(`merged ${i}`)
      return timeline.fence()
    })
    return { fence: merge(thread, parts), parts }
  },
}

const CASES = BUILDS.flatMap((build) =>
  (["inline", "external"] as const).flatMap((fenceLock) =>
    Object.keys(KINDS).map((kind) => ({ ...build, fenceLock, kind })),
  ),
)

describe.each(CASES)("$kind [$engine $flavour $fenceLock]", ({ kind, ...options }) => {
  const make = (more: Parameters<typeof world>[0] = {}) => {
    const w = world({ ...options, ...more })
    const made = KINDS[kind]!(w)
    return {
      ...w,
      ...made,
      complete: () => made.parts.map((part) => part.signal()),
      end() {
        for (const part of made.parts) part.signal()
        made.fence.drop()
        for (const part of made.parts) part.drop()
        w.close()
        expect(w.heap.accounts().containers.inUse).toBe(0)
      },
    }
  }

  test("is pending until its last part is complete, and complete ever after", () => {
    const { fence, parts, end } = make()
    for (const part of parts) {
      expect([fence.isSignaled(), fence.hasSignaled(), fence.status()]).toEqual([false, false, 0])
      part.signal()
    }
    expect([fence.isSignaled(), fence.status(), fence.hasSignaled()]).toEqual([true, 1, true])
    end()
  })

  test("parts in the other order", () => {
    const { fence, parts, end } = make()
    fence.enableSignaling()
    for (const part of parts.toReversed()) {
      expect(fence.hasSignaled()).toBe(false)
      part.signal()
    }
    expect(fence.hasSignaled(), "signaled by itself, since somebody asked").toBe(true)
    end()
  })

  test("a callback runs once, and not when it was removed", () => {
    const { heap, thread, fence, complete, end } = make()
    const kept = fence.addCounter(0)
    const removed = fence.addCounter(1)
    if (kept === "already-signaled" || removed === "already-signaled") throw new Error("pending")
    expect(removed.remove()).toBe(true)
    complete()
    expect([thread.engine.readCell(heap.cell(0)), thread.engine.readCell(heap.cell(1))]).toEqual([1, 0])
    expect(kept.remove()).toBe(false)
    expect(fence.addCounter(0)).toBe("already-signaled")
    end()
  })

  test("enableSignaling says whether it is pending", () => {
    const { fence, complete, end } = make()
    expect(fence.enableSignaling()).toBe(true)
    complete()
    expect(fence.enableSignaling()).toBe(false)
    end()
  })

  test("asking for the first time when it is complete already", () => {
    const { fence, complete, end } = make()
    complete()
    expect([fence.enableSignaling(), fence.hasSignaled()]).toEqual([false, true])
    end()
  })

  test("waitSync and wait", async () => {
    const { fence, complete, end } = make()
    expect(fence.waitSync({ timeoutMs: 0 })).toBe("timed-out")
    const waiting = fence.wait({ timeoutMs: 10_000 })
    complete()
    expect(await waiting).toBe("signaled")
    expect(fence.waitSync()).toBe("signaled")
    end()
  })

  test("dropped while it is listening to its parts", () => {
    const { fence, end } = make()
    fence.enableSignaling()
    fence.drop()
    end()
  })

  test("dropped before anybody asked", () => {
    const { fence, end } = make()
    fence.drop()
    end()
  })

  test("opened by its token", () => {
    const { thread, fence, complete, end } = make()
    const opened = thread.open(fence.share())
    expect(opened.kind).toBe(fence.kind)
    complete()
    expect(opened.isSignaled()).toBe(true)
    opened.drop()
    end()
  })

  test("names before and after", () => {
    const { fence, complete, end } = make()
    const isJob = kind.startsWith("finished")
    const names = {
      plain: isJob ? ["drm_sched", "scheduler"] : ["mock driver", "mock timeline"],
      array: ["dma_fence_array", "unbound"],
      chain: ["dma_fence_chain", "unbound"],
    }
    expect([fence.driverName(), fence.timelineName()]).toEqual(names[fence.kind])
    fence.enableSignaling()
    complete()
    // A container keeps its ops: they are nobody's who could be unloaded.
    const after = fence.kind === "plain" ? ["detached-driver", "signaled-timeline"] : names[fence.kind]
    expect([fence.driverName(), fence.timelineName()]).toEqual(after)
    end()
  })

  test("its issuer can be unloaded beneath it", () => {
    const { fence, parts, module, timeline, thread, heap } = make()
    for (const part of parts) part.signal()
    for (const part of parts) part.drop()
    timeline.close()
    module.unload()
    expect(fence.isSignaled()).toBe(true)
    fence.drop()
    thread.barrier()
    expect(heap.accounts()).toMatchObject({ balanced: true, fences: { inUse: 0 }, containers: { inUse: 0 } })
    thread.detach()
  })

  test("a deadline reaches every part", () => {
    const asked = new Set<number>()
    const { fence, parts, end } = make({
      ops: { setDeadline: (part, ns) => void (ns === 12_345n && asked.add(part.address)) },
      timestamps: true,
    })
    fence.setDeadline(12_345n)
    expect([...asked].toSorted()).toEqual(parts.map((part) => part.address).toSorted())
    end()
  })

  // KERNEL: a job's fences have no `signaled` op there either; its end is told by the hardware's callback.
  if (!kind.startsWith("finished"))
    test("the issuer's own word that a part is complete is enough", () => {
      let complete = false
      const { fence, end } = make({ ops: { pollSignaled: () => complete } })
      expect(fence.isSignaled()).toBe(false)
      complete = true
      expect([fence.isSignaled(), fence.hasSignaled()]).toEqual([true, true])
      end()
    })

  test("an issuer that cannot enable signaling completes its part", () => {
    const { fence, end } = make({ ops: { enableSignaling: () => false } })
    expect(fence.enableSignaling()).toBe(false)
    expect(fence.hasSignaled()).toBe(true)
    end()
  })

  test("completed under a lock that its signaler holds", () => {
    const { fence, parts, end } = make()
    fence.enableSignaling()
    const last = parts.at(-1)!
    for (const part of parts.slice(0, -1)) part.signal()
    last.locked(() => {
      last.signalLocked()
      if (fence.kind !== "plain") expect(fence.hasSignaled(), "put off while the lock is held").toBe(false)
    })
    expect(fence.hasSignaled()).toBe(true)
    end()
  })

  test("an error of a part, and only its maker completes it", () => {
    const { fence, parts, end } = make()
    parts[0]!.setError(-5)
    const code = fence.kind === "plain" ? undefined : "EINVAL"
    if (code) expect(() => fence.signal()).toThrow(expect.objectContaining({ code }) as FenceError)
    for (const part of parts) part.signal()
    expect(fence.isSignaled()).toBe(true)
    // KERNEL: an array takes its members' first error, and a job its hardware's; a chain has none of its own.
    if (fence.kind === "array" || kind.startsWith("finished")) expect(fence.status()).toBe(-5)
    end()
  })
})
