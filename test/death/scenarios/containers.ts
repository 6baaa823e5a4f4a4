/** What threads die of that use what is made of fences, and soft timelines. */
import { FenceArray, type FenceCallback, FenceChain, SoftTimeline } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { expect } from "vitest"
import { deadly } from "../dying.js"
import { expectLost, inHand, isFree, isInUse, open, ran, timelineOf } from "./common.js"
export const CONTAINERS = [
  deadly({
    name: "completes a part of a chain: the chain completes",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const parts = [timeline.fence(), timeline.fence()] as const
      const first = FenceChain.create(main, { fence: parts[0], seqno: 1n })
      const chain = FenceChain.create(main, { previous: first, fence: parts[1], seqno: 2n })
      chain.addCounter(5)
      return { parts, chain, theirs: parts.map((part) => open(mortal, part)) }
    },
    act(_, { theirs }) {
      for (const part of theirs) part.signal()
    },
    after(main, { parts, chain }) {
      for (const part of parts) part.signal()
      // Its counter may be what was being run.
      expect([chain.hasSignaled(), ran(main, 5) < 2]).toEqual([true, true])
    },
  }),
  deadly({
    name: "completes a part of a chain, and another the rest before it is reclaimed: the same",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const parts = [0, 1, 2].map(() => timeline.fence())
      let chain = FenceChain.create(main, { fence: parts[0]!, seqno: 1n })
      for (const part of parts.slice(1)) {
        const previous = chain
        chain = FenceChain.create(main, { previous, fence: part, seqno: previous.seqno + 1n })
        previous.drop()
      }
      chain.enableSignaling()
      return { parts, chain, theirs: open(mortal, parts[2]!) }
    },
    act: (_, { theirs }) => void theirs.signal(),
    meanwhile(main, { parts, chain }) {
      for (const part of parts.slice(0, 2)) if (isFree(main, part) && isFree(main, chain)) part.signal()
    },
    after(main, { parts, chain }) {
      for (const part of parts) part.signal()
      expect(chain.hasSignaled()).toBe(true)
      // Our handle keeps it still: the reference of the arming went once.
      main.barrier()
      expect(isInUse(main, chain)).toBe(true)
    },
  }),
  deadly({
    name: "arms a link of a chain: whoever asks next goes on, and it completes",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const parts = [timeline.fence(), timeline.fence()] as const
      const first = FenceChain.create(main, { fence: parts[0], seqno: 1n })
      const chain = FenceChain.create(main, { previous: first, fence: parts[1], seqno: 2n })
      first.drop()
      return { parts, chain, theirs: open(mortal, chain) }
    },
    act: (_, { theirs }) => void theirs.enableSignaling(),
    after(main, { parts, chain }) {
      chain.addCounter(24)
      for (const part of parts) part.signal()
      expect([chain.hasSignaled(), ran(main, 24)]).toEqual([true, 1])
    },
  }),
  deadly({
    name: "arms an array: whoever asks next goes on, and it completes",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const parts = [timeline.fence(), timeline.fence(), timeline.fence()] as const
      // Counted by whoever arms it.
      parts[1].signal()
      const array = FenceArray.create(main, parts)
      return { parts, array, theirs: open(mortal, array) }
    },
    act: (_, { theirs }) => void theirs.enableSignaling(),
    after(main, { parts, array }, company) {
      array.addCounter(6)
      for (const part of parts) part.signal()
      expect([array.hasSignaled(), ran(main, 6)]).toEqual([true, 1])
      for (const fence of [...parts, array]) fence.drop()
      // Their handle keeps the array, and that its members; another's fences may have been in hand.
      expectLost(main, "fences", 4 + inHand(company))
    },
  }),
  ...[false, true].map((byOthers) =>
    deadly({
      name: `completes a member of an array${byOthers ? ", and another the rest before it is reclaimed" : ""}: the array completes`,
      setup(main, mortal) {
        const timeline = timelineOf(main)
        const parts = [timeline.fence(), timeline.fence()] as const
        const array = FenceArray.create(main, parts)
        array.enableSignaling()
        return { parts, array, theirs: open(mortal, parts[0]) }
      },
      act: (_, { theirs }) => void theirs.signal({ error: -5 }),
      meanwhile: (main, { parts }) => void (byOthers && isFree(main, parts[1]) && parts[1].signal()),
      after(main, { parts, array }) {
        for (const part of parts) part.signal()
        expect(array.hasSignaled()).toBe(true)
        main.barrier()
        expect(isInUse(main, array)).toBe(true)
      },
    }),
  ),
  deadly({
    name: "arms an array that was armed in part: the same",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const parts = [timeline.fence(), timeline.fence()] as const
      const array = FenceArray.create(main, parts)
      const theirs = open(mortal, array)
      // Whoever is impatient does not wait for the second part's lock.
      main.heap.words[layout.Header.spins >> 2] = 0
      parts[1].locked(() => void mortal.engine.tryPrepareWait(mortal.record, theirs.address))
      return { parts, array, theirs }
    },
    act: (_, { theirs }) => void theirs.enableSignaling(),
    after(main, { parts, array }, company) {
      // The first is counted before anybody asks again.
      parts[0].signal()
      array.addCounter(23)
      parts[1].signal()
      expect([array.hasSignaled(), ran(main, 23)]).toEqual([true, 1])
      for (const fence of [...parts, array]) fence.drop()
      expectLost(main, "fences", 3 + inHand(company))
    },
  }),
  deadly({
    name: "has dropped two arrays that hang on a fence whose lock is busy: they go, once",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const parts = [timeline.fence(), timeline.fence()] as const
      const arrays = [0, 1].map(() => FenceArray.create(main, parts))
      const theirs = arrays.map((array) => open(mortal, array))
      for (const array of arrays) array.drop()
      const other = open(mortal, parts[0])
      const busy = parts[1].address
      main.heap.words[layout.Header.spins >> 2] = 0
      main.engine.lockFence(main.record, busy)
      for (const array of theirs) {
        mortal.engine.tryPrepareWait(mortal.record, array.address)
        array.drop()
      }
      main.engine.unlockFence(main.record, busy)
      return { parts, busy, other, main, phase: { wasBusy: false } }
    },
    act(_, { main, busy, other, phase }) {
      phase.wasBusy = true
      main.engine.lockFence(main.record, busy)
      try {
        for (let i = 0; i < 2; i++) other.enableSignaling()
      } finally {
        main.engine.unlockFence(main.record, busy)
      }
      phase.wasBusy = false
      other.enableSignaling()
    },
    after(main, { parts, phase }, company) {
      const isExact = phase.wasBusy && company !== "another"
      expectLost(main, "containers", isExact ? 0 : inHand(company))
      for (const part of parts) part.signal()
      for (const part of parts) part.drop()
      main.barrier()
      // Their handle keeps one. Who dies while it gives the array back loses what that held.
      expectLost(main, "fences", isExact ? 1 : Math.max(3, inHand(company)))
    },
  }),

  ...(
    [
      ["increment", 8],
      ["close", 16],
    ] as const
  ).map(([way, cells]) =>
    deadly({
      name: `counts a soft timeline up, or closes it: what is due is complete, and each callback runs once (${way})`,
      setup(main, mortal) {
        const timeline = SoftTimeline.create(main)
        const points = [1, 1, 2, 9].map((n) => timeline.point(n))
        const counters = points.map((point, i) => point.addCounter(cells + i) as FenceCallback)
        return { timeline, points, counters, theirs: SoftTimeline.open(mortal, timeline.share()) }
      },
      act: (_, { theirs }) => (way === "increment" ? theirs.increment(2) : theirs.close()),
      after(main, { timeline, points, counters }, company) {
        const isDue = (n: number) => timeline.isClosed || n <= timeline.value
        const due = [1, 1, 2, 9].map(isDue)
        expect(points.map((point) => point.hasSignaled())).toEqual(due)
        expect(points.map((_, i) => ran(main, cells + i) === 1)).toEqual(due)
        if (timeline.isClosed) return
        timeline.increment(10)
        expect(points.map((_, i) => ran(main, cells + i))).toEqual([1, 1, 1, 1])
        const later = timeline.point(timeline.value + 1)
        timeline.increment(1)
        expect(later.hasSignaled()).toBe(true)
        for (const counter of counters) counter.remove()
        for (const point of [...points, later]) point.drop()
        // The dead thread's own handle keeps no fence; the one point it had in hand keeps one.
        expectLost(main, "fences", inHand(company))
      },
    }),
  ),
  deadly({
    name: "makes points of a soft timeline: those of others are not lost",
    setup(main, mortal) {
      const timeline = SoftTimeline.create(main)
      const points = [2, 4].map((n) => timeline.point(n))
      return { timeline, points, theirs: SoftTimeline.open(mortal, timeline.share()) }
    },
    act(_, { theirs }) {
      for (const n of [1, 3, 5, 6]) theirs.point(n)
    },
    after(_, { timeline, points }) {
      points.push(...[3, 5, 7].map((n) => timeline.point(n)))
      timeline.increment(7)
      for (const point of points) expect(point.status()).toBe(1)
    },
  }),
]
