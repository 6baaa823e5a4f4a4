/** Arrays, chains and merges: refusals, heaps that are full, sizes, and what the contract of any fence leaves open. */
import { type Fence, FenceArray, FenceChain, merge, unwrap } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const code = (name: string) => expect.objectContaining({ code: name }) as Error

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("an array of nothing, of a container, of another heap's fence: refused", () => {
    const { thread, timeline, close } = world(build)
    const other = world(build)
    using fence = timeline.fence()
    using array = FenceArray.create(thread, [fence])
    using foreign = other.timeline.fence()
    expect(() => FenceArray.create(thread, [])).toThrow(code("EINVAL"))
    expect(() => FenceArray.create(thread, [array])).toThrow(code("EINVAL"))
    expect(() => FenceArray.create(thread, [foreign])).toThrow(code("FOREIGN"))
    expect(() => merge(thread, [fence, foreign])).toThrow(code("FOREIGN"))
    expect([...array.members()].map((m) => (m.drop(), 1))).toEqual([1])
    expect(array.size).toBe(1)
    foreign.signal()
    foreign.drop()
    other.close()
    fence.signal()
    array.drop()
    fence.drop()
    close()
  })

  test("a chain in a chain is refused; a stale handle names itself", () => {
    const { thread, timeline, close } = world(build)
    const fence = timeline.fence()
    const chain = FenceChain.create(thread, { fence, seqno: 1n })
    expect(() => FenceChain.create(thread, { fence: chain, seqno: 2n })).toThrow(code("EINVAL"))
    fence.signal()
    fence.drop()
    chain.drop()
    expect(() => FenceChain.create(thread, { previous: chain, fence: chain, seqno: 2n })).toThrow(code("STALE"))
    close()
  })

  test("contexts and seqnos of links", () => {
    const { thread, timeline, close } = world(build)
    using fence = timeline.fence()
    using first = FenceChain.create(thread, { fence, seqno: 10n })
    using next = FenceChain.create(thread, { previous: first, fence, seqno: 11n })
    using back = FenceChain.create(thread, { previous: next, fence, seqno: 5n })
    using wide = FenceChain.create(thread, { previous: back, fence, seqno: 1n << 40n })
    expect([next.context === first.context, next.previousSeqno]).toEqual([true, 10n])
    expect([back.context === next.context, back.seqno, back.previousSeqno]).toEqual([false, 11n, 0n])
    expect([wide.context === back.context, wide.seqno, wide.previousSeqno]).toEqual([true, 1n << 40n, 11n])
    using contained = wide.contained
    expect(contained.address).toBe(fence.address)
    fence.signal()
    for (const handle of [wide, back, next, first, contained, fence]) handle.drop()
    close()
  })

  test.each(["fences", "callbacks", "containers"] as const)(
    "a heap full of %s: refused, and nothing is lost",
    (what) => {
      const { heap, thread, timeline, close } = world({
        ...build,
        fences: 16,
        containers: 16,
        callbacks: 16,
        [what]: 4,
      })
      const parts = [timeline.fence(), timeline.fence()]
      const made: Fence[] = []
      const used = () => {
        const { fences, callbacks, containers } = heap.accounts()
        return [fences.inUse, callbacks.inUse, containers.inUse]
      }
      let before = used()
      const fill = (make: () => Fence) => {
        try {
          for (;;) {
            before = used()
            made.push(make())
          }
        } catch (error) {
          expect(error).toMatchObject({ code: "FULL" })
        }
        thread.barrier()
        expect(used()).toEqual(before)
        for (const fence of made.splice(0)) fence.drop()
        thread.barrier()
      }
      fill(() => FenceArray.create(thread, parts))
      fill(() => FenceChain.create(thread, { fence: parts[0]!, seqno: 1n }))
      fill(() => merge(thread, [...parts, ...made]))
      for (const part of parts) {
        part.signal()
        part.drop()
      }
      close()
    },
  )

  test("a chain of 100,000 points is completed and released without a deep stack", () => {
    const n = build.engine === "wasm" || build.flavour === "release" ? 100_000 : 20_000
    const { heap, thread, timeline, close } = world({ ...build, fences: 2 * n + 16, containers: n, callbacks: 16 })
    let tail: FenceChain | undefined
    const fence = timeline.fence()
    for (let i = 1; i <= n; i++) {
      const previous: FenceChain | undefined = tail
      using point = timeline.fence()
      tail = FenceChain.create(thread, { previous, fence: i === 1 ? fence : point, seqno: BigInt(i) })
      previous?.drop()
      if (i > 1 && i < n) point.signal()
      else if (i === n) fence.signal()
    }
    expect(heap.accounts().containers.inUse).toBe(n)
    // The last point is pending, all before it are complete: asking takes them out.
    expect(tail!.isSignaled()).toBe(false)
    for (const leaf of unwrap(tail!)) {
      leaf.signal()
      leaf.drop()
    }
    expect(tail!.isSignaled()).toBe(true)
    tail!.drop()
    fence.drop()
    close()
    expect(heap.accounts().containers.inUse).toBe(0)
  })

  test("a chain of 100,000 pending points is released by its last holder", () => {
    const n = build.engine === "wasm" || build.flavour === "release" ? 100_000 : 20_000
    const { heap, thread, timeline, close } = world({ ...build, fences: n + 16, containers: n, callbacks: 16 })
    const fence = timeline.fence()
    let tail: FenceChain | undefined
    for (let i = 1; i <= n; i++) {
      const previous: FenceChain | undefined = tail
      tail = FenceChain.create(thread, { previous, fence, seqno: BigInt(i) })
      previous?.drop()
    }
    tail!.drop()
    fence.signal()
    fence.drop()
    close()
    expect(heap.accounts().containers.inUse).toBe(0)
  })

  test("an array of 10,000 members", () => {
    const n = 10_000
    const { thread, timeline, heap, close } = world({ ...build, fences: n + 16, callbacks: n + 16 })
    const parts = Array.from({ length: n }, () => timeline.fence())
    const array = FenceArray.create(thread, parts)
    expect(array.enableSignaling()).toBe(true)
    for (const part of parts) {
      expect(array.hasSignaled()).toBe(false)
      part.signal()
      part.drop()
    }
    expect(array.hasSignaled()).toBe(true)
    array.drop()
    close()
    expect(heap.accounts().containers.inUse).toBe(0)
  })

  test("containers that a dead thread had put off are completed by whoever reclaims it", () => {
    const { heap, thread, timeline, close } = world(build)
    const doomed = heap.attach({ name: "doomed" })
    const part = timeline.fence()
    const array = FenceArray.create(thread, [part])
    array.enableSignaling()
    const theirs = doomed.open(part.share())
    // It dies with the member's lock in hand and the array put off.
    doomed.engine.lockFence(doomed.record, theirs.address)
    doomed.engine.signalLocked(doomed.record, theirs.address)
    expect(array.hasSignaled()).toBe(false)
    thread.reclaim(doomed.record)
    expect(array.hasSignaled()).toBe(true)
    // The dead thread's reference.
    thread.engine.dropRef(thread.record, part.address)
    array.drop()
    part.drop()
    close()
  })
})
