/** What threads die of that come, wait for others, and call what was deferred. */
import type { Heap } from "@outlive/core"
import { expect } from "vitest"
import { deadly, mock } from "../dying.js"
import { expectLost, inHand, ran, timelineOf } from "./common.js"
export const THREADS = [
  deadly({
    name: "attaches: it holds nothing, and its seat can be used",
    setup(main, mortal) {
      main.engine.lock(main.record, main.heap.cell(7))
      return mortal.heap as Heap
    },
    act: (_, heap) => void heap.attach({ name: "newcomer" }),
    after(main) {
      const { engine, record } = main
      const heap = main.heap as Heap
      for (const info of heap.threads()) if (info.id !== record) main.reclaim(info)
      expect([heap.threads().length, heap.accounts().brokenLocks]).toEqual([1, 0])
      engine.unlock(record, heap.cell(7))
      expect(heap.attach({ name: "later" }).engine.tryLock(record, heap.cell(7))).toBe(1)
    },
  }),
  deadly({
    name: "waits for a barrier: of what others retired one record is lost at most",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const fences = Array.from({ length: 20 }, () => timeline.fence())
      main.engine.readLock(main.record)
      for (const fence of fences) {
        fence.signal()
        fence.drop()
      }
      main.engine.readUnlock(main.record)
      return mortal
    },
    act: (mortal) => mortal.barrier(),
    after(main, _, company) {
      expectLost(main, "fences", inHand(company))
      // Nothing stays in the magazines of the dead.
      const made: number[] = []
      expect(() => {
        for (const timeline = timelineOf(main); ;) made.push(timeline.fence().address)
      }).toThrow("full")
      expect(made.length).toBeGreaterThanOrEqual(main.heap.accounts().fences.capacity - inHand(company))
      expect(new Set(made).size, "records, none of which was in two places").toBe(made.length)
    },
  }),
  deadly({
    name: "calls a deferred function: it is called once at most, and only who died with it in hand has not",
    setup(main, mortal) {
      const module = main.load(mock)
      mortal.load(mock)
      for (const cell of [10, 11]) main.defer(module, "count", cell)
      return {}
    },
    act: (mortal) => void mortal.barrier(),
    after(main, _, company) {
      main.barrier()
      const counts = [10, 11].map((cell) => ran(main, cell))
      expect(Math.max(...counts)).toBeLessThanOrEqual(1)
      expect(counts.filter((count) => count === 0).length).toBeLessThanOrEqual(inHand(company))
      expectLost(main, "callbacks", inHand(company))
    },
  }),
]
