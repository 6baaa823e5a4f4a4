/** kselftest "sync": upstream's cases, by upstream's names. */
import { SoftTimeline } from "@outlive/core"
import { expect } from "vitest"
import { suite } from "./suite.js"
import { runThreads } from "./threads.js"
import { ETIME, OK, counts, syncWorld, wait } from "./sync-world.js"

suite(
  {
    name: "kselftest sync",
    upstream: 10,
    fenceLocks: ["external"],
    forCi: ["test_stress_two_threads_shared_timeline", "test_consumer_stress_multi_producer_single_consumer"],
  },
  {
    test_alloc_timeline(configuration) {
      const { soft, end } = syncWorld(configuration)
      expect(soft().value).toBe(0)
      end()
    },
    test_alloc_fence(configuration) {
      const { soft, fenceOn, end } = syncWorld(configuration)
      expect(fenceOn(soft(), 1).info().fences).toHaveLength(1)
      end()
    },
    test_alloc_fence_negative(configuration) {
      const { soft, end } = syncWorld(configuration)
      const timeline = soft()
      timeline.drop()
      expect(() => timeline.point(1)).toThrow(expect.objectContaining({ code: "STALE" }))
      expect(() => soft().point(-1)).toThrow(RangeError)
      end()
    },
    test_fence_one_timeline_wait(configuration) {
      const { soft, fenceOn, end } = syncWorld(configuration)
      const timeline = soft()
      const fence = fenceOn(timeline, 5)
      expect(wait(fence, 0)).toBe(ETIME)
      timeline.increment(1)
      expect(wait(fence, 0)).toBe(ETIME)
      timeline.increment(4)
      expect(wait(fence, 0)).toBe(OK)
      expect(wait(fence, 0), "stays so").toBe(OK)
      timeline.increment(10)
      expect(wait(fence, 0)).toBe(OK)
      end()
    },
    test_fence_one_timeline_merge(configuration) {
      const { soft, fenceOn, merged, end } = syncWorld(configuration)
      const timeline = soft()
      const [a, b, c] = [fenceOn(timeline, 1), fenceOn(timeline, 2), fenceOn(timeline, 3)]
      const all = merged(merged(a, b), c)
      expect(counts(all), "one context: the latest stands for all").toEqual({ active: 1, signaled: 0 })
      for (const seqno of [1, 2]) {
        timeline.increment()
        expect([wait(all, 0), seqno]).toEqual([ETIME, seqno])
      }
      timeline.increment()
      expect([wait(all, 0), counts(all)]).toEqual([OK, { active: 0, signaled: 1 }])
      end()
    },
    test_fence_merge_same_fence(configuration) {
      const { soft, fenceOn, merged, end } = syncWorld(configuration)
      const timeline = soft()
      const fence = fenceOn(timeline, 5)
      const both = merged(fence, fence)
      expect(wait(both, 0)).toBe(ETIME)
      timeline.increment(5)
      expect([wait(both, 0), counts(both)]).toEqual([OK, { active: 0, signaled: 1 }])
      end()
    },
    test_fence_multi_timeline_wait(configuration) {
      const { soft, fenceOn, merged, end } = syncWorld(configuration)
      const timelines = [soft(), soft(), soft()]
      const [a, b, c] = timelines.map((timeline) => fenceOn(timeline, 5)) as [never, never, never]
      const all = merged(merged(a, b), c)
      expect([counts(all), wait(all, 0)]).toEqual([{ active: 3, signaled: 0 }, ETIME])
      for (const [i, timeline] of timelines.entries()) {
        timeline.increment(5)
        expect(counts(all)).toEqual({ active: 2 - i, signaled: i + 1 })
      }
      expect(wait(all, 100)).toBe(OK)
      end()
    },
    async test_stress_two_threads_shared_timeline(configuration) {
      const { heap, thread, soft, end } = syncWorld(configuration)
      const timeline = soft()
      const rounds = 1_000
      const reports = await runThreads("two-threads-shared-timeline", [0, 1], {
        heap: heap.share(),
        timeline: timeline.share(),
        rounds,
      })
      expect(reports).toEqual([{ wrong: 0 }, { wrong: 0 }])
      expect(thread.engine.readCell(heap.cell(0))).toBe(2 * rounds)
      end()
    },
    async test_consumer_stress_multi_producer_single_consumer(configuration) {
      const { heap, soft, thread, end } = syncWorld(configuration)
      const producers = [soft(), soft()]
      const consumer = soft()
      const rounds = 500
      const reports = await runThreads("producers-and-consumer", ["consumer", 0, 1], {
        heap: heap.share(),
        producers: producers.map((timeline) => timeline.share()),
        consumer: consumer.share(),
        rounds,
      })
      expect(reports).toEqual([{ wrong: 0 }, { wrong: 0 }, { wrong: 0 }])
      expect(thread.engine.readCell(heap.cell(0))).toBe(2 * rounds)
      end()
    },
    test_merge_stress_random_merge(configuration) {
      const { soft, fenceOn, merged, keep, end } = syncWorld(configuration, 4_096)
      const timelines = Array.from({ length: 4 }, soft)
      const latest = timelines.map(() => 0)
      let all = fenceOn(timelines[0]!, 1)
      latest[0] = 1
      let state = 20_261_123
      const below = (n: number) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
        return (state >>> 8) % n
      }
      for (let i = 0; i < 256; i++) {
        const which = below(timelines.length)
        const seqno = 1 + below(0x7fff)
        latest[which] = Math.max(latest[which]!, seqno)
        all = merged(all, fenceOn(timelines[which]!, seqno))
      }
      expect(counts(all).active).toBe(latest.filter((seqno) => seqno > 0).length)
      for (const [i, timeline] of timelines.entries()) {
        expect(wait(all, 0)).toBe(ETIME)
        timeline.increment(latest[i])
      }
      expect([wait(all, 0), counts(all).active]).toEqual([OK, 0])
      keep(all)
      end()
    },
  },
  {
    "timelines come and go"(configuration) {
      const { thread, end } = syncWorld(configuration)
      for (let i = 0; i < 64; i++) SoftTimeline.create(thread, `timeline ${i}`).drop()
      end()
    },
  },
)
