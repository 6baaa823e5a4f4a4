/** Walks and waits come to an end in a damaged heap as well, with an oops; and the thread goes on. */
import {
  AcquireContext,
  FenceArray,
  Heap,
  OopsError,
  Reservation,
  SoftTimeline,
  Usage,
  defineModule,
} from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { describe, expect, it } from "vitest"

const { Callback, Fence, Header, Owner, SharedObject, Size, Thread: Seat } = layout
const mock = defineModule({ name: "mock", driverName: "mock driver" })

const BUILDS = (["wasm", "js"] as const).flatMap((engine) =>
  (["release", "checked"] as const).map((flavour) => ({ engine, flavour })),
)

describe.each(BUILDS)("$engine $flavour", (build) => {
  function setUp() {
    const heap = Heap.create({ ...build, fences: 64, callbacks: 64, threads: 4, spins: 10, onWarning: () => {} })
    const thread = heap.attach({ name: "main", modules: [mock] })
    const timeline = thread.load(mock).timeline("t")
    const { words } = heap
    return {
      heap,
      thread,
      timeline,
      get: (address: number) => words[address >> 2]!,
      set: (address: number, value: number) => void (words[address >> 2] = value),
    }
  }

  /** The code of the oops that this throws. Afterwards the thread does its work as before. */
  function oopsOf({ timeline }: ReturnType<typeof setUp>, body: () => unknown): string | undefined {
    let code: string | undefined
    try {
      body()
    } catch (error) {
      if (!(error instanceof OopsError)) throw error
      code = error.code
    }
    using fence = timeline.fence()
    expect(fence.signal()).toBe(true)
    return code
  }

  it("callbacks that come back to themselves", () => {
    const heap = setUp()
    const fence = heap.timeline.fence()
    for (let n = 0; n < 3; n++) fence.addCounter(n)
    heap.set(heap.get(fence.address + Fence.last) + Callback.next, heap.get(fence.address + Fence.first))
    expect(oopsOf(heap, () => fence.signal())).toBe("BROKEN_LIST")
  })

  it("members and points that come back to themselves", () => {
    const heap = setUp()
    const array = FenceArray.create(heap.thread, [heap.timeline.fence(), heap.timeline.fence()])
    const first = heap.get(heap.get(array.address + Fence.user) + layout.ArrayBody.first)
    heap.set(first + Callback.sibling, first)
    expect(oopsOf(heap, () => array.size)).toBe("BROKEN_LIST")
    const soft = SoftTimeline.create(heap.thread, "soft")
    const point = soft.point(1)
    heap.set(point.address + layout.SoftPoint.next, point.address)
    expect(oopsOf(heap, () => soft.point(1))).toBe("BROKEN_LIST")
  })

  it("a reservation with more fences than there is room for", () => {
    const heap = setUp()
    const reservation = Reservation.create(heap.thread)
    reservation.locked(() => reservation.reserve(1))
    const list = heap.get(reservation.address + layout.Reservation.list)
    heap.set(list + layout.Slots.next, list)
    for (const blocks of [1_000, 1_024, 1_000_001]) {
      heap.set(list + layout.Slots.count, blocks * layout.Slots.Capacity)
      expect(oopsOf(heap, () => reservation.getFences())).toBe("BROKEN_LIST")
      expect(oopsOf(heap, () => reservation.testSignaled())).toBe("BROKEN_LIST")
    }
  })

  it("a reservation with a fence that nobody holds: issuers are not asked again and again", () => {
    const heap = setUp()
    const [dead, source, target] = [
      heap.timeline.fence(),
      ...[1, 2].map(() => Reservation.create(heap.thread)),
    ] as const
    let asked = 0
    const polled = defineModule({ name: "polled", driverName: "polled", ops: { pollSignaled: () => ++asked < 0 } })
    const other = heap.heap.attach({ name: "other", modules: [polled] })
    const fence = other.load(polled).timeline("t").fence()
    const theirs = Reservation.open(other, source!.share())
    theirs.locked(() => {
      theirs.reserve(2)
      theirs.add(fence, Usage.Read)
      theirs.add(other.open(dead.share()), Usage.Read)
    })
    const mine = Reservation.open(other, target!.share())
    const refs = heap.get(dead.address + Fence.refs)
    heap.set(dead.address + Fence.refs, 0)
    asked = 0
    expect(oopsOf(heap, () => mine.locked(() => mine.copyFences(theirs)))).toBe("USE_AFTER_FREE")
    expect(asked).toBe(2)
    heap.set(dead.address + Fence.refs, refs)
  })

  it.each([Owner.Parked, Owner.Mark, Owner.Mark | 5, 1, 0x7fffffff, -1])("a lock word that is none: %d", (word) => {
    const heap = setUp()
    const fence = heap.timeline.fence()
    heap.set(fence.address + Fence.lock, word)
    expect(oopsOf(heap, () => fence.signal())).toBe("NO_LOCK")
    expect(oopsOf(heap, () => fence.waitSync({ timeoutMs: 1 }))).toBe("NO_LOCK")
    const reservation = Reservation.create(heap.thread)
    heap.set(reservation.address + SharedObject.lock, word)
    expect(oopsOf(heap, () => reservation.locked(() => {}))).toBe("NO_LOCK")
    using context = AcquireContext.begin(heap.thread)
    expect(oopsOf(heap, () => context.lockAll([reservation]))).toBe("NO_LOCK")
  })

  it("a lock that somebody left behind", () => {
    const heap = setUp()
    const fence = heap.timeline.fence()
    heap.set(fence.address + Fence.lock, Owner.Mark | 3)
    expect(oopsOf(heap, () => fence.signal())).toBe("EOWNERDEAD")
  })

  it.each([2, 0x3fffffff, 1])("a section that nobody is in: %d", (announced) => {
    const heap = setUp()
    for (const seat of [1, 2]) {
      const at = heap.get(Header.threads) + seat * Size.Thread + Seat.epoch
      heap.set(Header.threadsUsed, 4)
      heap.set(at, announced)
      expect(oopsOf(heap, () => heap.thread.barrier())).toBe("BROKEN_LIST")
      heap.set(at, 0)
    }
    expect(heap.thread.barrier()).toBe("passed")
  })

  it("more seats, records and rounds than there are", () => {
    const heap = setUp()
    for (const word of [Header.threadsUsed, Header.traceCapacity, Header.spins]) heap.set(word, 0x7fffffff)
    expect(heap.thread.barrier()).toBe("passed")
    expect(heap.heap.trace().length).toBeLessThan(100_000)
    expect(heap.heap.accounts().fences.inUse).toBe(0)
  })
})
