/** Taking several reservations and what becomes of them: bodies, slots, duplicates, back-offs, handles that go meanwhile. */
import { AcquireContext, type Fence, Reservation, Usage } from "@outlive/core"
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const code = (name: string) => expect.objectContaining({ code: name }) as Error

describe.each(BUILDS)("$engine $flavour", (build) => {
  const setup = (options: Parameters<typeof world>[0] = {}) => {
    const w = world({ ...build, ...options })
    const own = [0, 1, 2].map(() => Reservation.create(w.thread))
    const made: Fence[] = []
    return {
      ...w,
      own,
      fences(n: number) {
        const some = Array.from({ length: n }, (_, i) => w.timeline.fence(BigInt(1_000 - made.length - i)))
        made.push(...some)
        return some
      },
      isFree: () => own.every((reservation) => !reservation.isLocked),
      end() {
        for (const fence of made) {
          fence.signal()
          fence.drop()
        }
        for (const reservation of own) reservation.drop()
        w.close()
        expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 } })
      },
    }
  }

  describe("locked", () => {
    test("runs a body with all held and room in each, and gives all back", () => {
      const { thread, own, fences, isFree, end } = setup()
      const some = fences(6)
      const result = AcquireContext.locked(
        thread,
        own,
        () => {
          own.forEach((reservation, i) => {
            for (const fence of some.slice(2 * i, 2 * i + 2)) reservation.add(fence, Usage.Write)
          })
          return own.map((reservation) => reservation.isLocked)
        },
        { slots: 2 },
      )
      expect([result, isFree()]).toEqual([[true, true, true], true])
      expect(own.map((reservation) => [...reservation.fences()].length)).toEqual([2, 2, 2])
      expect(AcquireContext.locked(thread, [], () => 7)).toBe(7)
      end()
    })

    test("gives all back when the body throws, when it is none, and when it would go on afterwards", () => {
      const { thread, own, isFree, end } = setup()
      const fails = () => {
        throw new Error("in the body")
      }
      expect(() => AcquireContext.locked(thread, own, fails)).toThrow("in the body")
      expect(() => AcquireContext.locked(thread, own, undefined as never)).toThrow(TypeError)
      expect(() => AcquireContext.locked(thread, own, (async () => {}) as never)).toThrow(TypeError)
      expect(() => AcquireContext.locked(thread, own, (() => Promise.resolve()) as never)).toThrow(TypeError)
      expect(isFree()).toBe(true)
      // Nothing of it is left: the thread is in no context.
      AcquireContext.begin(thread).end()
      end()
    })

    test("what is not reserved is not there", () => {
      const { thread, own, fences, end } = setup()
      const [fence] = fences(1)
      const add = () => own[0]!.add(fence!, Usage.Read)
      expect(() => AcquireContext.locked(thread, own, add)).toThrow(code("NOT_RESERVED"))
      expect(() => AcquireContext.locked(thread, own, add, { slots: 0 })).toThrow(code("NOT_RESERVED"))
      AcquireContext.locked(thread, own, add, { slots: 1 })
      end()
    })

    test("in a full heap nothing is held afterwards", () => {
      const { thread, own, isFree, end } = setup({ lists: 4 })
      expect(() => AcquireContext.locked(thread, own, () => {}, { slots: 40 })).toThrow(code("FULL"))
      expect(isFree()).toBe(true)
      end()
    })

    test("what an issuer throws who is asked for the sake of slots comes out, and nothing is held afterwards", () => {
      let angry = false
      const pollSignaled = () => {
        if (angry) throw new Error("no comment")
        return false
      }
      const { thread, own, fences, isFree, end } = setup({ ops: { pollSignaled } })
      const some = fences(12)
      own[1]!.locked(() => {
        own[1]!.reserve(12)
        for (const fence of some) own[1]!.add(fence, Usage.Read)
      })
      angry = true
      expect(() => AcquireContext.locked(thread, own, () => {}, { slots: 1 })).toThrow("no comment")
      angry = false
      expect(isFree()).toBe(true)
      AcquireContext.begin(thread).end()
      end()
    })

    test("inside another context it is refused, and that one goes on", () => {
      const { thread, own, isFree, end } = setup()
      using context = AcquireContext.begin(thread)
      context.lockAll([own[0]!])
      expect(() => AcquireContext.locked(thread, own, () => {})).toThrow(code("EBUSY"))
      expect([context.acquired, own[0]!.isLocked]).toEqual([1, true])
      context.unlockAll()
      context.end()
      expect(isFree()).toBe(true)
      end()
    })

    test("the body may give some back by hand, and drop every handle", () => {
      const { thread, own, fences, end } = setup()
      const [fence] = fences(1)
      AcquireContext.locked(
        thread,
        own,
        () => {
          own[1]!.unlock()
          own[0]!.add(fence!, Usage.Write)
          for (const reservation of own) reservation.drop()
        },
        { slots: 1 },
      )
      end()
    })

    test("a body during which the thread is reclaimed as dead leaves nothing behind", () => {
      const { thread, heap, own, end } = setup()
      const second = heap.attach({ name: "second" })
      const theirs = own.map((reservation) => Reservation.open(second, reservation.share()))
      const die = () => void thread.reclaim(second.record)
      expect(() => AcquireContext.locked(second, theirs, die)).toThrow(code("DETACHED"))
      for (const reservation of theirs) reservation.drop()
      expect(heap.accounts().brokenLocks).toBe(3)
      end()
    })

    test("a thread that holds something does not leave", () => {
      const { thread, own, isFree, end } = setup()
      expect(() => AcquireContext.locked(thread, own, () => thread.detach())).toThrow(code("HELD"))
      expect(isFree()).toBe(true)
      end()
    })
  })

  describe("duplicates", () => {
    test("are counted once, or refused before anything is taken", () => {
      const { thread, own, isFree, end } = setup()
      const again = Reservation.open(thread, own[0]!.share())
      const twice = [own[0]!, own[1]!, again]
      const held = (duplicates: "ignore" | "refuse", list = twice) => {
        using context = AcquireContext.begin(thread)
        context.lockAll(list, { duplicates })
        return context.acquired
      }
      expect(held("ignore")).toBe(2)
      expect(() => held("refuse")).toThrow(code("EALREADY"))
      expect(() => held("refuse")).toThrow("Cannot lock reservation 2 of 3: it is locked already")
      expect([isFree(), held("refuse", own)]).toEqual([true, 3])
      again.drop()
      end()
    })

    test("are also what is held from before", () => {
      const { thread, own, end } = setup()
      using context = AcquireContext.begin(thread)
      own[1]!.lock(context)
      expect(() => context.lockAll(own, { duplicates: "refuse" })).toThrow(code("EALREADY"))
      expect(context.acquired).toBe(1)
      context.lockAll(own)
      expect(context.acquired).toBe(3)
      context.unlockAll()
      context.end()
      end()
    })

    test("options that are none are refused before anything is taken", () => {
      const { thread, own, isFree, end } = setup()
      using context = AcquireContext.begin(thread)
      for (const slots of [-1, 1.5, NaN, 2 ** 32, "1" as never])
        expect(() => context.lockAll(own, { slots })).toThrow(RangeError)
      expect(() => context.lockAll(own, { duplicates: "both" as never })).toThrow(TypeError)
      expect(() => context.lockAll(own, null as never)).toThrow(TypeError)
      const token = own[0]!.share()
      const gone = Reservation.open(thread, token)
      gone.drop()
      expect(() => context.lockAll([own[0]!, gone])).toThrow(code("STALE"))
      expect(() => context.lockAll([own[0]!, {} as never])).toThrow(TypeError)
      expect(isFree()).toBe(true)
      context.end()
      expect(() => context.lockAll(own)).toThrow(code("EINVAL"))
      end()
    })
  })

  describe("contention", () => {
    /** An older thread holds the first; it gives it back when the younger has backed off and is about to wait. */
    const contended = (options: Parameters<typeof world>[0] = {}) => {
      const s = setup(options)
      const second = s.heap.attach({ name: "second", modules: [s.mock] })
      const theirs = s.own.map((reservation) => Reservation.open(second, reservation.share()))
      const older = AcquireContext.begin(s.thread)
      const younger = AcquireContext.begin(second)
      s.own[0]!.lock(older)
      const seen: number[] = []
      theirs[0]!.lockSlow = (context) => {
        seen.push(context.acquired)
        older.unlockAll()
        Reservation.prototype.lockSlow.call(theirs[0], context)
      }
      return {
        ...s,
        second,
        theirs,
        younger,
        seen,
        finish() {
          for (const context of [younger, older]) context[Symbol.dispose]()
          for (const reservation of theirs) reservation.drop()
          second.detach()
          s.end()
        },
      }
    }

    test("backs off, waits with nothing held, and takes all anew, with room in each", () => {
      const { second, theirs, younger, timeline, seen, finish } = contended()
      expect(younger.lockAll([theirs[1]!, theirs[2]!, theirs[0]!], { slots: 1, duplicates: "refuse" })).toBe(1)
      expect([seen, younger.acquired]).toEqual([[0], 3])
      const fence = timeline.fence()
      const opened = second.open(fence.share())
      for (const reservation of theirs) reservation.add(opened, Usage.Write)
      fence.signal()
      for (const handle of [opened, fence]) handle.drop()
      finish()
    })

    test("what was held from before is held again, as is its room, though its handle has gone", () => {
      const { second, theirs, younger, timeline, finish, own } = contended()
      younger.lockAll([theirs[2]!], { slots: 3 })
      theirs[2]!.drop()
      expect(younger.lockAll([theirs[1]!, theirs[0]!])).toBe(1)
      expect(younger.acquired).toBe(3)
      const reopened = Reservation.open(second, own[2]!.share())
      const fences = [3n, 2n, 1n].map((seqno) => timeline.fence(seqno))
      for (const fence of fences) {
        using opened = second.open(fence.share())
        reopened.add(opened, Usage.Write)
      }
      for (const fence of fences) {
        fence.signal()
        fence.drop()
      }
      reopened.drop()
      finish()
    })

    test("a refused one whose handle has gone is told, and nothing is lost", () => {
      const { theirs, younger, finish } = contended()
      const { lockSlow } = theirs[0]!
      theirs[0]!.lockSlow = (context) => {
        theirs[0]!.drop()
        lockSlow.call(theirs[0], context)
      }
      expect(() => younger.lockAll([theirs[1]!, theirs[0]!])).toThrow(code("STALE"))
      expect(younger.acquired).toBe(0)
      finish()
    })
  })

  test("a context holds what is taken in it: the last handle may go before the lock", () => {
    const { thread, heap, own, end } = setup()
    const reservation = Reservation.create(thread)
    const context = AcquireContext.begin(thread)
    reservation.lock(context)
    reservation.drop()
    thread.engine.collectAll(thread.record)
    expect([context.acquired, heap.accounts().objects.inUse]).toEqual([1, own.length + 1])
    context.unlockAll()
    context.end()
    thread.barrier()
    expect(heap.accounts().objects.inUse).toBe(own.length)
    end()
  })

  test("the end of a context is reached though an unlock throws", () => {
    const { thread, heap, own, end } = setup()
    const second = heap.attach({ name: "second" })
    const theirs = Reservation.open(second, own[0]!.share())
    const context = AcquireContext.begin(second)
    theirs.lock(context)
    thread.reclaim(second.record)
    expect(() => context[Symbol.dispose]()).toThrow(code("DETACHED"))
    expect(context.acquired).toBe(0)
    context.end()
    theirs.drop()
    end()
  })
})

const CORE = import.meta.resolve("@outlive/core")
const ROUNDS = 200
const FIRST_CELL = 4
/** A cell in which they count themselves, so that all begin together. */
const LINE = 1
/** Takes some in any order, at once or one after the other, and counts in plain words what only the lock makes safe. */
const LOCKER = `
  const { parentPort, workerData: { heap: shared, tokens, seed } } = require("node:worker_threads")
  import(${JSON.stringify(CORE)}).then(({ AcquireContext, Heap, Reservation, SoftTimeline, Usage }) => {
    const heap = Heap.open(shared)
    const thread = heap.attach({ name: "locker " + seed })
    const all = tokens.map((token) => Reservation.open(thread, token))
    const timeline = SoftTimeline.create(thread)
    const counts = all.map(() => 0)
    const pause = new Int32Array(new SharedArrayBuffer(4))
    const line = heap.cell(${LINE}) >> 2
    Atomics.add(heap.words, line, 1)
    while (Atomics.load(heap.words, line) < 3) Atomics.wait(pause, 0, 0, 1)
    let state = seed
    let backOffs = 0
    const random = (below) => (state = (state * 48_271) % 0x7fff_ffff) % below
    const use = (r, point) => {
      const cell = heap.cell(${FIRST_CELL} + r) >> 2
      const before = heap.words[cell]
      all[r].add(point, Usage.Write)
      heap.words[cell] = before + 1
      counts[r]++
    }
    for (let round = 1; round <= ${ROUNDS}; round++) {
      const chosen = all.map((_, r) => r).sort(() => random(3) - 1).slice(0, 2 + random(2))
      const point = timeline.point(round)
      const some = (list) => list.map((r) => all[r])
      if (random(2) === 0) {
        AcquireContext.locked(thread, some(chosen), () => chosen.forEach((r) => use(r, point)), { slots: 1 })
      } else {
        const context = AcquireContext.begin(thread)
        for (const r of chosen) {
          backOffs += context.lockAll([all[r]], { slots: 1 })
          // Others come meanwhile, and want what we have.
          Atomics.wait(pause, 0, 0, 0.1)
        }
        if (context.acquired !== chosen.length) throw new Error("not all are held")
        for (const r of chosen) use(r, point)
        context[Symbol.dispose]()
      }
      timeline.increment()
      point.drop()
    }
    timeline.drop()
    for (const reservation of all) reservation.drop()
    thread.detach()
    parentPort.postMessage({ counts, backOffs })
    parentPort.close()
  })`

describe.each(BUILDS)("$engine $flavour, in real threads", (build) => {
  test("whoever holds several holds each alone, however often it had to back off", { timeout: 60_000 }, async () => {
    const { heap, thread, close } = world({ ...build, lists: 256, objects: 64 })
    const own = [0, 1, 2, 3].map(() => Reservation.create(thread))
    const tokens = own.map((reservation) => reservation.share())
    const reports = [1, 2, 3].map(async (seed) => {
      const worker = new Worker(LOCKER, { eval: true, workerData: { heap: heap.share(), tokens, seed } })
      const [[report]] = await Promise.all([once(worker, "message"), once(worker, "exit")])
      return report as { counts: number[]; backOffs: number }
    })
    const counted = await Promise.all(reports)
    // Both sides of it were seen.
    expect(counted.reduce((sum, { backOffs }) => sum + backOffs, 0)).toBeGreaterThan(0)
    const sums = own.map((_, r) => counted.reduce((sum, { counts }) => sum + counts[r]!, 0))
    expect(own.map((_, r) => heap.words[heap.cell(FIRST_CELL + r) >> 2])).toEqual(sums)
    expect(own.map((reservation) => reservation.testSignaled())).toEqual([true, true, true, true])
    for (const reservation of own) reservation.drop()
    close()
    expect(heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 } })
  })
})
