/** What threads die of that complete fences, listen to them, and give them back. */
import { type Fence, type FenceCallback, FenceChain, type Heap, type HeapError, Syncobj } from "@outlive/core"
import { expect } from "vitest"
import { deadly } from "../dying.js"
import { expectLost, inHand, open, ran, timelineOf } from "./common.js"

/** `Action`. */
const ADD_TO_CELL = 1
const RING_THREAD = 2
const DELIVER = 3
export const FENCES = [
  deadly({
    name: "signals a fence: each of its callbacks runs once",
    setup(main, mortal) {
      const fence = timelineOf(main).fence()
      for (const cell of [1, 2, 3]) fence.addCounter(cell)
      return { fence, theirs: open(mortal, fence) }
    },
    act: (_, { theirs }) => void theirs.signal(),
    after(main, { fence }) {
      fence.signal()
      expect([fence.status(), ...[1, 2, 3].map((cell) => ran(main, cell))]).toEqual([1, 1, 1, 1])
    },
  }),
  deadly({
    name: "completes a fence that nobody listens to: it can be listened to, or is complete",
    setup(main, mortal) {
      const fence = timelineOf(main).fence()
      return { fence, theirs: open(mortal, fence) }
    },
    act: (_, { theirs }) => void theirs.signal(),
    after(main, { fence }) {
      const counters = [1, 2].map((cell) => fence.addCounter(cell))
      fence.signal()
      const heard = counters.map((counter) => (counter === "already-signaled" ? 0 : 1))
      expect([fence.status(), ...[1, 2].map((cell) => ran(main, cell))]).toEqual([1, ...heard])
    },
  }),
  deadly({
    name: "gives a record back to an empty depot: the records in use stay as they are",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const fences: Fence[] = []
      try {
        for (;;) fences.push(timeline.fence())
      } catch (error) {
        expect((error as HeapError).code).toBe("FULL")
      }
      // A counter keeps its fence: the two that are to go have none.
      const [last, given] = fences.splice(10, 2) as [Fence, Fence]
      for (const fence of fences) fence.addCounter(1)
      const theirs = open(mortal, last)
      last.drop()
      return { fences, given, theirs }
    },
    act(mortal, { theirs }) {
      theirs.signal()
      theirs.drop()
      mortal.barrier()
    },
    after(main, { fences, given }) {
      given.signal()
      given.drop()
      main.barrier()
      const before = ran(main, 1)
      for (const fence of fences) fence.addCounter(2)
      for (const fence of fences) fence.signal()
      expect([ran(main, 1) - before, ran(main, 2)]).toEqual([fences.length, fences.length])
    },
  }),
  deadly({
    name: "removes a callback, adds another",
    setup(main, mortal) {
      const fence = timelineOf(main).fence()
      fence.addCounter(1)
      const theirs = open(mortal, fence)
      fence.addCounter(3)
      const callback = theirs.addCounter(2)
      return { fence, theirs, callback }
    },
    act(_, { theirs, callback }) {
      // The last of the list: who adds after it hangs on the last there is.
      if (callback !== "already-signaled") callback.remove()
      theirs.addCounter(2)
    },
    after(main, { fence }) {
      const mine = fence.addCounter(4)
      fence.addCounter(5)
      if (mine !== "already-signaled") expect(mine.remove()).toBe(true)
      fence.signal()
      expect([fence.status(), ...[1, 3, 4, 5].map((cell) => ran(main, cell))]).toEqual([1, 1, 1, 0, 1])
    },
  }),
  deadly({
    name: "had registered with fences and a syncobj: what would have rung it comes back, its counters go on",
    setup(main, mortal) {
      const timeline = timelineOf(main)
      const fences = [1, 2, 3].map(() => timeline.fence())
      // Records of the engine's own hang before theirs: a chain listens by one that is part of its body.
      const chains = fences.map((fence, i) => FenceChain.create(main, { fence, seqno: BigInt(i + 1) }))
      const counters = chains.map((chain) => chain.addCounter(2) as FenceCallback)
      const syncobj = Syncobj.create(main)
      const theirSyncobj = Syncobj.open(mortal, syncobj.share())
      const theirs = fences.map((fence) => open(mortal, fence))
      return { fences, chains, counters, syncobj, theirSyncobj, theirs }
    },
    act({ engine, record, heap }, { theirs, theirSyncobj }) {
      for (const { address } of theirs) {
        engine.addCallback(record, address, RING_THREAD, 0)
        engine.addCallback(record, address, DELIVER, 1)
        engine.addCallback(record, address, ADD_TO_CELL, heap.cell(1))
      }
      engine.addWaiter(record, theirSyncobj.address, RING_THREAD, 0)
      engine.addWaiter(record, theirSyncobj.address, DELIVER, 1)
      theirs[0]!.signal()
      theirSyncobj.replaceFence(theirs[1]!)
    },
    after(main, { fences, chains, counters, syncobj }, company) {
      const before = ran(main, 1)
      for (const fence of fences) fence.signal()
      expect(ran(main, 1) - before).toBeLessThanOrEqual(3)
      expect(ran(main, 2), "chains that are complete").toBe(chains.length)
      for (const counter of counters) counter.remove()
      for (const chain of chains) chain.drop()
      syncobj.drop()
      // What its counters had is given back when somebody clears up again.
      const next = (main.heap as Heap).attach({ name: "next" })
      main.reclaim(main.heap.threads().find(({ id }) => id === next.record)!)
      expectLost(main, "callbacks", inHand(company))
    },
  }),
]
