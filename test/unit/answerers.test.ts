/** Two seats of one JavaScript thread: who would sleep until the other does something is told, for the other never will. */
import { Worker } from "node:worker_threads"
import { AcquireContext, Heap, type OopsError, Reservation, type Thread, defineModule } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { describe, expect, it } from "vitest"
import { PROVES } from "../prove.js"
import { BUILDS } from "./world.js"

const { Fence, Owner, Size, Thread: Seat } = layout
const mock = defineModule({ name: "mock", driverName: "mock driver" })

describe.each(BUILDS)("$engine $flavour", (build) => {
  // A lock that sleeps is asked the same questions: on one build.
  const locks = build === BUILDS[0] || PROVES ? (["spin", "mutex"] as const) : (["spin"] as const)
  describe.each(locks)("%s", (lock) => {
    function scene() {
      const heap = Heap.create({ ...build, lock, fences: 64, threads: 4, spins: 10, onWarning: () => {} })
      const [one, two] = ["one", "two"].map((name) => heap.attach({ name, modules: [mock] })) as [Thread, Thread]
      const timeline = one.load(mock).timeline("t")
      const fence = timeline.fence()
      return { heap, one, two, timeline, fence, theirs: two.open(fence.share()) }
    }

    it("waits for the other's lock: both are named, and it goes on when the lock is free", () => {
      const { fence, theirs } = scene()
      fence.locked(() => {
        expect(() => theirs.signal()).toThrow(oops(/"two" waits for the lock .* "one"'s/))
        expect(() => theirs.setError(-5)).toThrow(oops(/"two"/))
      })
      expect(theirs.signal()).toBe(true)
    })

    it("whoever opened the heap, and under whatever name it goes", () => {
      const { heap, fence } = scene()
      const opened = Heap.open(heap.share(), { onWarning: () => {} })
      const third = opened.attach({ name: "third", modules: [mock] })
      const theirs = third.open(fence.share())
      fence.locked(() => expect(() => theirs.signal()).toThrow(oops(/"third" waits for .* "one"'s/)))
    })

    it("reservations, with and without a ticket", () => {
      const { one, two } = scene()
      const mine = Reservation.create(one)
      const theirs = Reservation.open(two, mine.share())
      using context = AcquireContext.begin(two)
      mine.locked(() => {
        expect(() => theirs.locked(() => {})).toThrow(oops(/"two"/))
        expect(() => context.lockAll([theirs])).toThrow(oops(/"two"/))
      })
      context.lockAll([theirs])
    })

    it("the end of the other's read section", () => {
      const { one, two } = scene()
      one.read(() =>
        expect(() => two.synchronize()).toThrow(oops(/"two" waits for its read section to end, .* "one"'s/)),
      )
      expect(two.synchronize()).toBe("passed")
    })

    it("a bounded wait ends at its bound", () => {
      const { fence, theirs, one, two } = scene()
      fence.locked(() => expect(theirs.waitSync({ timeoutMs: 5 })).toBe("timed-out"))
      one.read(() => expect(two.synchronize({ timeoutMs: 5 })).toBe("timed-out"))
    })

    it("a wait for a fence without a bound", () => {
      const { fence, theirs } = scene()
      fence.locked(() => expect(() => theirs.waitSync()).toThrow(oops(/"two" waits for the lock .* "one"'s/)))
      fence.signal()
      expect(theirs.waitSync()).toBe("signaled")
    })

    it("itself, when it does not know its own name any more", () => {
      const { heap, one, fence } = scene()
      const lockWord = heap.word(one.record + Seat.id)
      heap.words[(one.record + Seat.id) >> 2] = lockWord | Owner.Parked
      heap.words[(fence.address + Fence.lock) >> 2] = lockWord
      expect(() => fence.signal()).toThrow(oops(/"one"/))
    })

    it.each([5, -1, 3, Owner.Mark | 4, Owner.Mark | (9 << Owner.Shift) | 1])(
      "also when a seat's state is damaged: %d",
      (state) => {
        const { heap, one, fence, theirs } = scene()
        const lockWord = heap.word(one.record + Seat.id)
        heap.words[(one.record + Seat.state) >> 2] = state
        heap.words[(fence.address + Fence.lock) >> 2] = lockWord
        expect(() => theirs.signal()).toThrow(oops(/"two"/))
      },
    )

    it("a seat of which nobody is said to be in it, nor to clear up after it", () => {
      const { heap, one, two, fence } = scene()
      const nobodys = two.record + Size.Thread
      heap.words[(fence.address + Fence.lock) >> 2] = Owner.Mark | 3
      for (const state of [64, -1, Owner.Mark | 64]) {
        heap.words[(nobodys + Seat.state) >> 2] = state
        expect(() => fence.signal()).toThrow(expect.objectContaining({ code: "NO_LOCK" }) as OopsError)
      }
      // Or one of ours is, and sleeps.
      heap.words[(nobodys + Seat.state) >> 2] = heap.word(one.record + Seat.id)
      expect(() => fence.signal()).toThrow(oops(/"one"/))
    })

    it("a read section of a seat that says what none does", () => {
      const { heap, one, two } = scene()
      const nobodys = two.record + Size.Thread
      heap.words[layout.Header.threadsUsed >> 2] = 3
      heap.words[(nobodys + Seat.state) >> 2] = -1
      heap.words[(nobodys + Seat.epoch) >> 2] = (heap.word(layout.Header.epoch) << 1) | 1
      expect(() => one.synchronize()).toThrow(expect.objectContaining({ code: "BROKEN_LIST" }) as OopsError)
    })

    it("not when a thread elsewhere clears up after the seat: it will give the lock back", async () => {
      const { heap, theirs } = scene()
      const guest = heap.attach({ name: "guest" })
      const lockWord = heap.word(guest.record + Seat.id)
      const states = [guest.record, guest.record + Size.Thread].map((seat) => (seat + Seat.state) >> 2)
      const at = (theirs.address + Fence.lock) >> 2
      heap.words[at] = lockWord
      for (const state of states) heap.words[state] = Owner.Mark | 4
      const elsewhere = new Worker(GIVES_BACK, { eval: true, workerData: { words: heap.words, at } })
      await new Promise((resolve) => elsewhere.once("message", resolve))
      expect(theirs.signal()).toBe(true)
      await elsewhere.terminate()
    })

    it("not when the seat has another tenant by now", () => {
      const { heap, theirs } = scene()
      const guest = heap.attach({ name: "guest" })
      const lockWord = heap.word(guest.record + Seat.id)
      guest.detach()
      heap.words[(theirs.address + Fence.lock) >> 2] = lockWord
      heap.attach({ name: "later" })
      expect(() => theirs.signal()).toThrow(expect.objectContaining({ code: "EOWNERDEAD" }) as OopsError)
    })
  })
})

const oops = (message: RegExp) =>
  expect.objectContaining({
    name: "OopsError",
    code: "SELF_DEADLOCK",
    message: expect.stringMatching(message),
  }) as OopsError

/** Gives a lock back after a moment, as a thread that clears up would. */
const GIVES_BACK = `
const { workerData, parentPort } = require("node:worker_threads")
const { words, at } = workerData
parentPort.postMessage("there")
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
Atomics.store(words, at, 0)
Atomics.notify(words, at)
`
