/** IGT "sw_sync": upstream's cases, by upstream's names. */
import { type SharedObjectToken, SoftTimeline, SyncFile } from "@outlive/core"
import { expect } from "vitest"
import { PROVES } from "../prove.js"
import { type Configuration, suite } from "./suite.js"
import { ETIME, OK, counts, syncWorld, wait } from "./sync-world.js"
import { runThreads } from "./threads.js"

const ENOENT = -2
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97]

/** Where another process would count up: another thread, that was sent the timeline. */
async function countedUpElsewhere(configuration: Configuration): Promise<void> {
  const { heap, soft, fenceOn, end } = syncWorld(configuration)
  const timeline = soft()
  const fence = fenceOn(timeline, 1)
  expect(wait(fence, 0)).toBe(ETIME)
  const counting = runThreads("count-up", [0], { heap: heap.share(), timeline: timeline.share(), afterMs: 20 })
  expect(await fence.wait({ timeoutMs: 10_000 })).toBe(OK)
  await counting
  end()
}

/** Threads that wait for one point each after the other, and a counter that must have come just so far. */
async function manyConsumers(configuration: Configuration, produce: boolean): Promise<void> {
  // Upstream's 8 threads and 4,096 rounds in `npm run prove` on the engine that is meant for work; fewer where only the way matters.
  const isForWork = configuration.engine === "wasm" && configuration.flavour === "release"
  const threads = isForWork || PROVES ? 8 : 4
  const rounds = isForWork ? (PROVES ? 4_096 : 64) : 16
  const { heap, thread, soft, end } = syncWorld({ ...configuration, threads: threads + 2 })
  const timeline = soft()
  const roles = Array.from({ length: threads }, (_, i) => i)
  const data = { heap: heap.share(), timeline: timeline.share(), threads, rounds, produce }
  const running = runThreads<{ wrong: number }>("consumers", roles, data)
  if (!produce) {
    const { engine, record } = thread
    for (let i = 0; i < threads * rounds; i++) {
      // Paced by the consumers: so many of them have gone on.
      while (engine.readCell(heap.cell(1)) < i) await new Promise((resolve) => setImmediate(resolve))
      engine.addToCell(heap.cell(0), 1)
      engine.incrementTimeline(record, timeline.address, 1)
    }
  }
  expect(await running).toEqual(roles.map(() => ({ wrong: 0 })))
  expect(thread.engine.readCell(heap.cell(0))).toBe(threads * rounds)
  end()
}

suite(
  {
    name: "IGT sw_sync",
    upstream: 18,
    fenceLocks: ["external"],
    forCi: ["sync_multi_consumer", "sync_multi_consumer_producer", "sync_multi_producer_single_consumer"],
  },
  {
    alloc_timeline(configuration) {
      const { soft, end } = syncWorld(configuration)
      soft().close()
      end()
    },
    alloc_fence(configuration) {
      const { soft, fenceOn, end } = syncWorld(configuration)
      expect(wait(fenceOn(soft(), 0), 0), "point 0 of a timeline at 0").toBe(OK)
      end()
    },
    alloc_fence_invalid_timeline(configuration) {
      const { thread, soft, end } = syncWorld(configuration)
      const token = soft().share()
      const open = (wrong: Partial<SharedObjectToken>) => () => SoftTimeline.open(thread, { ...token, ...wrong })
      expect(open({ kind: "outlive-fence" })).toThrow(TypeError)
      expect(open({ heap: token.heap ^ 1 })).toThrow(expect.objectContaining({ code: "FOREIGN" }))
      expect(open({ generation: token.generation + 2 })).toThrow(expect.objectContaining({ code: "STALE" }))
      end()
    },
    timeline_closed(configuration) {
      const { soft, fenceOn, end } = syncWorld(configuration)
      const timeline = soft()
      const fence = fenceOn(timeline, 1)
      timeline.drop()
      expect([wait(fence, 0), fence.info().status]).toEqual([OK, ENOENT])
      end()
    },
    timeline_closed_signaled(configuration) {
      const { soft, fenceOn, end } = syncWorld(configuration)
      const timeline = soft()
      const fence = fenceOn(timeline, 1)
      timeline.increment()
      timeline.close()
      expect([wait(fence, 0), fence.info().status]).toEqual([OK, 1])
      end()
    },
    alloc_merge_fence(configuration) {
      for (const order of [0, 1]) {
        const { soft, fenceOn, merged, end } = syncWorld(configuration)
        const timelines = [soft(), soft()]
        const [a, b] = timelines.map((timeline) => fenceOn(timeline, 1)) as [SyncFile, SyncFile]
        merged(a, b)
        for (const handle of order === 0 ? [a, b, ...timelines] : [...timelines, b, a]) handle.drop()
        end()
      }
    },
    sync_busy(configuration) {
      const { soft, fenceOn, end } = syncWorld(configuration)
      const timeline = soft()
      const fence = fenceOn(timeline, 5)
      expect(wait(fence, 0)).toBe(ETIME)
      timeline.increment(1)
      expect(wait(fence, 0)).toBe(ETIME)
      timeline.increment(4)
      expect(wait(fence, 0)).toBe(OK)
      timeline.increment(5)
      expect(wait(fence, 0)).toBe(OK)
      let value = 10
      for (const prime of PRIMES) {
        value += prime
        const next = fenceOn(timeline, value)
        expect(wait(next, 0)).toBe(ETIME)
        timeline.increment(prime)
        expect(wait(next, 0)).toBe(OK)
      }
      end()
    },
    sync_busy_fork: countedUpElsewhere,
    sync_busy_fork_unixsocket: countedUpElsewhere,
    sync_merge_invalid(configuration) {
      const { thread, soft, fenceOn, end } = syncWorld(configuration)
      const timeline = soft()
      const fence = fenceOn(timeline, 1)
      const dropped = fenceOn(timeline, 2)
      dropped.drop()
      expect(() => fence.merge(dropped)).toThrow(expect.objectContaining({ code: "STALE" }))
      // @ts-expect-error: the token of a timeline
      expect(() => SyncFile.open(thread, timeline.share())).toThrow(TypeError)
      expect(() => SyncFile.open(thread, {} as SharedObjectToken)).toThrow(TypeError)
      end()
    },
    sync_merge(configuration) {
      const { soft, fenceOn, merged, end } = syncWorld(configuration)
      const timeline = soft()
      const files = [1, 2, 3].map((seqno) => fenceOn(timeline, seqno)) as [SyncFile, SyncFile, SyncFile]
      const all = merged(merged(files[0], files[1]), files[2])
      for (const file of [...files, all]) expect(counts(file).active).toBe(1)
      for (const _ of [1, 2]) {
        timeline.increment()
        expect(counts(all)).toEqual({ active: 1, signaled: 0 })
      }
      timeline.increment()
      expect(counts(all)).toEqual({ active: 0, signaled: 1 })
      end()
    },
    sync_merge_same(configuration) {
      const { soft, fenceOn, merged, end } = syncWorld(configuration)
      const timeline = soft()
      const fence = fenceOn(timeline, 1)
      const both = merged(fence, fence)
      expect(counts(both)).toEqual({ active: 1, signaled: 0 })
      timeline.increment()
      expect(counts(both)).toEqual({ active: 0, signaled: 1 })
      end()
    },
    sync_multi_timeline_wait(configuration) {
      const { soft, fenceOn, merged, end } = syncWorld(configuration)
      const timelines = [soft(), soft(), soft()]
      const [a, b, c] = timelines.map((timeline) => fenceOn(timeline, 5)) as [SyncFile, SyncFile, SyncFile]
      const all = merged(merged(a, b), c)
      expect([counts(all).active, wait(all, 0)]).toEqual([3, ETIME])
      const seen = timelines.map((timeline) => {
        timeline.increment(5)
        return counts(all)
      })
      expect(seen).toEqual([
        { active: 2, signaled: 1 },
        { active: 1, signaled: 2 },
        { active: 0, signaled: 3 },
      ])
      expect(wait(all, 100)).toBe(OK)
      end()
    },
    sync_multi_consumer: (configuration) => manyConsumers(configuration, false),
    sync_multi_consumer_producer: (configuration) => manyConsumers(configuration, true),
    sync_expired_merge(configuration) {
      const { soft, fenceOn, end } = syncWorld(configuration)
      const timeline = soft()
      timeline.increment(100)
      let expired = fenceOn(timeline, 1)
      expect(counts(expired).signaled).toBe(1)
      for (const until = performance.now() + 100; performance.now() < until;) {
        const next = expired.merge(expired)
        expired.drop()
        expired = next
      }
      expect(expired.waitSync()).toBe(OK)
      expired.drop()
      end()
    },
    async sync_multi_producer_single_consumer(configuration) {
      const { heap, thread, soft, end } = syncWorld({ ...configuration, threads: 6 })
      const producers = [soft(), soft(), soft()]
      const consumer = soft()
      const rounds = 200
      await runThreads("producers-and-consumer", ["consumer", 0, 1, 2], {
        heap: heap.share(),
        producers: producers.map((timeline) => timeline.share()),
        consumer: consumer.share(),
        rounds,
      }).then((reports) => expect(reports).toEqual(producers.map(() => ({ wrong: 0 })).concat({ wrong: 0 })))
      expect(thread.engine.readCell(heap.cell(0))).toBe(3 * rounds)
      end()
    },
    sync_random_merge(configuration) {
      const { soft, fenceOn, merged, end } = syncWorld(configuration, 4_096)
      const timelines = Array.from({ length: 10 }, soft)
      const latest = timelines.map(() => 0)
      let state = 7
      const below = (n: number) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
        return (state >>> 8) % n
      }
      let all = fenceOn(timelines[0]!, 1)
      latest[0] = 1
      for (let i = 0; i < 256; i++) {
        const which = below(timelines.length)
        const seqno = 1 + below(1_000_000)
        latest[which] = Math.max(latest[which]!, seqno)
        all = merged(all, fenceOn(timelines[which]!, seqno))
      }
      expect(wait(all, 0)).toBe(ETIME)
      timelines.forEach((timeline, i) => timeline.increment(latest[i]))
      expect([wait(all, 0), counts(all).active]).toEqual([OK, 0])
      end()
    },
  },
)
