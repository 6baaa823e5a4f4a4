/** "dma-buf-fence-unwrap", the kernel's suite for taking containers apart and putting fences together. */
import { type Fence, FenceArray, FenceChain, merge, unwrap } from "@outlive/core"
import { expect } from "vitest"
import { world } from "../unit/world.js"
import { type Configuration, suite } from "./suite.js"

/** A world in which what is `kept` is dropped in the end, and every mock fence has a context of its own. */
function mocks(configuration: Configuration) {
  const w = world({ ...configuration, timelines: 16 })
  const timelines = [0, 1].map((i) => w.module.timeline(`context ${i}`))
  const kept: Fence[] = []
  const keep = <F extends Fence>(fence: F): F => {
    kept.push(fence)
    return fence
  }
  let contexts = 0
  return {
    ...w,
    keep,
    /** On a fresh context, seqno 1. */
    mock() {
      const timeline = w.module.timeline(`mock ${contexts++}`)
      const fence = keep(timeline.fence(1n))
      timeline.close()
      return fence
    },
    /** On one of two contexts, at this seqno. */
    mockOn: (context: 0 | 1, seqno: bigint) => keep(timelines[context]!.fence(seqno)),
    array: (...fences: Fence[]) => keep(FenceArray.create(w.thread, fences)),
    chain: (previous: Fence | undefined, fence: Fence, seqno = 1n) =>
      keep(FenceChain.create(w.thread, { previous, fence, seqno })),
    merged: (...fences: Fence[]) => keep(merge(w.thread, fences)),
    end() {
      for (const fence of kept) if (!fence.isContainer && fence.context !== 0n) fence.signal()
      for (const fence of kept) fence.drop()
      for (const timeline of timelines) timeline.close()
      w.close()
      expect(w.heap.accounts().containers.inUse).toBe(0)
    },
  }
}

/** Addresses of what a fence is made of, in the order of the iteration. */
function leaves(fence: Fence): number[] {
  const found: number[] = []
  for (const leaf of unwrap(fence)) {
    found.push(leaf.address)
    leaf.drop()
  }
  return found
}

const addresses = (...fences: Fence[]) => fences.map((fence) => fence.address)
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b)

suite(
  { name: "fence-unwrap", upstream: 11 },
  {
    sanitycheck(configuration) {
      const { mock, array, chain, end } = mocks(configuration)
      chain(undefined, array(mock()))
      end()
    },
    unwrap_array(configuration) {
      const { mock, array, end } = mocks(configuration)
      const [f1, f2] = [mock(), mock()]
      expect(leaves(array(f1, f2))).toEqual(addresses(f1, f2))
      end()
    },
    unwrap_chain(configuration) {
      const { mock, chain, end } = mocks(configuration)
      const [f1, f2] = [mock(), mock()]
      expect(sorted(leaves(chain(f1, f2)))).toEqual(sorted(addresses(f1, f2)))
      end()
    },
    unwrap_chain_array(configuration) {
      const { mock, array, chain, end } = mocks(configuration)
      const [f1, f2] = [mock(), mock()]
      expect(leaves(chain(undefined, array(f1, f2)))).toEqual(addresses(f1, f2))
      end()
    },
    unwrap_merge(configuration) {
      const { mock, merged, end } = mocks(configuration)
      const [f1, f2] = [mock(), mock()]
      expect(sorted(leaves(merged(f1, f2)))).toEqual(sorted(addresses(f1, f2)))
      end()
    },
    unwrap_merge_duplicate(configuration) {
      const { mock, merged, end } = mocks(configuration)
      const f1 = mock()
      expect(leaves(merged(f1, f1))).toEqual(addresses(f1))
      end()
    },
    unwrap_merge_seqno(configuration) {
      const { mockOn, merged, end } = mocks(configuration)
      const [f1, f2, f3] = [mockOn(1, 1n), mockOn(1, 2n), mockOn(0, 1n)]
      expect(leaves(merged(f1, f2, f3))).toEqual(addresses(f3, f2))
      end()
    },
    unwrap_merge_order(configuration) {
      const { mock, array, chain, merged, end } = mocks(configuration)
      const [f1, f2] = [mock(), mock()]
      const a1 = array(f1, f2)
      const c2 = chain(chain(undefined, f1), f2, 2n)
      expect(leaves(merged(a1, c2))).toEqual(addresses(f1, f2))
      end()
    },
    unwrap_merge_complex(configuration) {
      const { keep, mock, array, merged, thread, end } = mocks(configuration)
      const [f1, f2] = [mock(), mock()]
      const f3 = merged(f1, f2)
      const f4 = array(f2, f1)
      const f5 = keep(merge(thread, [f3, f4, keep(thread.stub())]))
      expect(leaves(f5)).toEqual(addresses(f1, f2))
      end()
    },
    unwrap_merge_complex_seqno(configuration) {
      const { mockOn, array, merged, end } = mocks(configuration)
      const [f1, f2] = [mockOn(0, 2n), mockOn(1, 1n)]
      const [f3, f4] = [mockOn(0, 1n), mockOn(1, 2n)]
      expect(leaves(merged(array(f1, f2), array(f3, f4)))).toEqual(addresses(f1, f4))
      end()
    },
    dedup_empty(configuration) {
      const { keep, thread, end } = mocks(configuration)
      const nothing = keep(merge(thread, []))
      expect([nothing.kind, nothing.hasSignaled(), nothing.context]).toEqual(["plain", true, 0n])
      end()
    },
  },
  {
    "one pending fence gives itself"(configuration) {
      const { keep, mock, thread, end } = mocks(configuration)
      const [f1, f2] = [mock(), mock()]
      f2.signal()
      expect(keep(merge(thread, [f2, f1, undefined])).address).toBe(f1.address)
      end()
    },
    "none pending gives a stub of the latest time"(configuration) {
      const { keep, mock, array, thread, end } = mocks(configuration)
      const [f1, f2] = [mock(), mock()]
      f1.signal({ atNs: 2_000_000_000_123n })
      f2.signal({ atNs: 1_000_000_000_000n })
      const both = keep(merge(thread, [array(f1, f2)]))
      expect([both.hasSignaled(), both.timestampNs]).toEqual([true, 2_000_000_000_123n])
      end()
    },
  },
)
