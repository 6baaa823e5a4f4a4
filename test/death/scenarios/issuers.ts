/** What threads die of that are issuers: modules, records, shared locks, works. */
import { type Fence, FenceChain, type Heap, type Thread, defineModule } from "@outlive/core"
import { expect } from "vitest"
import { deadly, doomed, freeing, mock, teller } from "../dying.js"
import { expectLost, inHand, open, ran } from "./common.js"

/** Words of an issuer's record. */
const WORDS = 12
/** Where a fence lies that `ended` completes at its end. */
const ENDING_CELL = 31
const ended = defineModule({
  name: "ended",
  driverName: "ended",
  teardown(thread) {
    // Without `using`: the dead clean nothing up.
    const fence = thread.openAt(ENDING_CELL)!
    fence.signal()
    fence.drop()
  },
})

/** `Kind.Text`. */
const TEXT = 3
export const ISSUERS = [
  deadly({
    name: "unloads a module: it is live, and can be unloaded, or gone, and can be loaded",
    setup(main, mortal) {
      const module = main.load(doomed)
      for (const name of ["a", "b"]) module.timeline(name).close()
      return { module, theirs: mortal.load(doomed) }
    },
    act: (_, { theirs }) => theirs.unload(),
    after(main, { module }, company) {
      const wasLive = module.state === "live"
      const next = main.load(doomed)
      if (wasLive) expect(next.loadId).toBe(module.loadId)
      expect(next.tryUnload()).toBeUndefined()
      main.barrier()
      expect(module.state).toBe("gone")
      const { modules, timelines, locks } = main.heap.accounts()
      for (const { inUse } of [modules, timelines, locks]) expect(inUse).toBeLessThanOrEqual(inHand(company))
      expect(main.engine.countInUse(TEXT), "texts").toBeLessThanOrEqual(inHand(company))
      expect(next.state).toBe("gone")
    },
  }),
  deadly({
    name: "takes a module with an end away: it is live, and its end can come again, or gone",
    setup(main, mortal) {
      const module = main.load(ended)
      const timeline = module.timeline("t")
      const fence = timeline.fence()
      main.replaceAt(ENDING_CELL, fence.addRef())
      timeline.close()
      return { module, fence, theirs: mortal.load(ended) }
    },
    act: (_, { theirs }) => theirs.unload(),
    after(main, { module, fence }) {
      main.barrier()
      const wasLive = module.state === "live"
      expect([wasLive, module.tryUnload()?.code]).toEqual([wasLive, wasLive ? undefined : "NOT_LIVE"])
      main.barrier()
      expect([module.state, fence.status()]).toEqual(["gone", 1])
    },
  }),
  ...(
    [
      ["it drops", (_, fence) => fence],
      ["a chain held", (main, fence) => FenceChain.create(main, { fence, seqno: 1n })],
    ] as const satisfies readonly (readonly [string, (main: Thread, fence: Fence) => Fence])[]
  ).map(([which, whole]) =>
    deadly({
      name: `tells an issuer that a fence goes that ${which}: once at most, and who dies in its function leaves nothing behind`,
      setup(main, mortal) {
        Object.assign(freeing, { begun: 0, ended: 0 })
        const module = main.load(teller)
        const timeline = module.timeline("t", { lock: "external" })
        const fence = timeline.fence()
        const mine = whole(main, fence)
        const theirs = open(mortal, mine)
        fence.signal()
        for (const each of new Set([fence, mine])) each.drop()
        timeline.close()
        return { module, theirs }
      },
      act: (_, { theirs }) => theirs.drop(),
      after(main, { module }, company) {
        main.barrier()
        const inIssuer = freeing.begun > freeing.ended
        if (company !== "another") expect(freeing.begun).toBeLessThanOrEqual(1)
        // Between two accesses of the engine it may be giving just this back.
        const most = inIssuer && company === "nobody" ? 0 : inHand(company)
        // Before it has dropped a chain, that keeps the fence.
        expectLost(main, "fences", most === 0 ? 0 : most + 1)
        const { timelines, locks } = main.heap.accounts()
        for (const { inUse } of [timelines, locks]) expect(inUse).toBeLessThanOrEqual(most)
        expect(module.references).toBeLessThanOrEqual(most)
        if (most === 0) expect([module.tryUnload(), (main.heap as Heap).check()]).toEqual([undefined, []])
      },
    }),
  ),
  deadly({
    name: "discards an issuer's record: its words are as they were, or it is dead",
    setup(main, mortal) {
      const record = main.load(mock).record({ name: "ring" })
      for (let word = 0; word < WORDS; word++) record.write(word, word + 1)
      return { record, theirs: mortal.issuerRecord(record.token) }
    },
    act: (_, { theirs }) => theirs.discard(),
    after(main, { record }, company) {
      if (record.isLive) {
        for (let word = 0; word < WORDS; word++) expect(record.read(word)).toBe(word + 1)
        record.discard()
      } else expect(() => record.read(0)).toThrow("after it was discarded")
      expectLost(main, "records", inHand(company))
    },
  }),
  deadly({
    name: "holds a lock that two timelines share: what it completed is complete, and the lock can be had",
    setup(main, mortal) {
      const module = main.load(mock)
      const first = module.timeline("first", { lock: "external" })
      const lock = first.sharedLock!
      const second = module.timeline("second", { lock })
      const fences = [first.fence(), second.fence()]
      for (const fence of fences) fence.addCounter(4)
      return { lock, fences, theirs: fences.map((fence) => open(mortal, fence)), taken: mortal.sharedLock(lock.token) }
    },
    act: (_, { taken, theirs }) => void taken.locked(() => theirs.forEach((fence) => fence.signalLocked())),
    after(main, { lock, fences }) {
      const before = fences.filter((fence) => fence.hasSignaled()).length
      expect(ran(main, 4)).toBe(before)
      lock.locked(() => fences.forEach((fence) => fence.signalLocked()))
      expect([ran(main, 4), ...fences.map((fence) => fence.status())]).toEqual([2, 1, 1])
    },
  }),
  deadly({
    name: "runs a work that is queued again: it is run once more, and nobody waits for the dead",
    setup(main) {
      const work = main.load(mock).work("count", { argument: 9 })
      work.queue()
      return { work }
    },
    act(mortal, { work }) {
      const theirs = mortal.work(work.token)
      theirs.arm(0)
      mortal.runWorks()
      theirs.queue()
      mortal.runWorks()
    },
    after(main, { work }, company) {
      expect(work.state.isRunning).toBe(false)
      work.queue()
      const before = ran(main, 9)
      expect(main.runWorks()).toBe(1)
      expect(ran(main, 9)).toBe(before + 1)
      expect(work.cancelSync()).toBe("done")
      work.discard()
      expectLost(main, "records", inHand(company))
    },
  }),
]
