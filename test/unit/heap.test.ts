import { Heap, HeapError } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("a full heap says so, loses nothing, and goes on when there is room again", () => {
    const { timeline, close } = world({ ...build, fences: 32 })
    const fences = Array.from({ length: 32 }, () => timeline.fence())
    expect(() => timeline.fence()).toThrow("Heap is full: 32 of 32 fences in use")
    fences.pop()!.drop()
    fences.push(timeline.fence())
    for (const fence of fences) {
      fence.signal()
      fence.drop()
    }
    close()
  })

  test("no callback record left is an error that leaves the fence as it was", () => {
    const { timeline, close } = world({ ...build, callbacks: 4 })
    const fence = timeline.fence()
    const counters = Array.from({ length: 4 }, () => fence.addCounter(0))
    expect(() => fence.addCounter(0)).toThrow(expect.objectContaining({ code: "FULL" }))
    expect(() => fence.addCallback(() => {})).toThrow("Heap is full: 4 of 4 callbacks in use")
    fence.signal()
    for (const counter of counters) if (counter !== "already-signaled") counter.remove()
    fence.drop()
    close()
  })

  test("what is used again has another generation", () => {
    const { thread, timeline, close } = world(build)
    const first = timeline.fence()
    const token = first.share()
    first.signal()
    first.drop()
    for (let i = 0; i < 500; i++) {
      const fence = timeline.fence()
      fence.signal()
      fence.drop()
    }
    expect(() => thread.open(token)).toThrow(expect.objectContaining({ code: "STALE" }))
    close()
  })

  test("two modules of one name are refused, and no seat is taken", () => {
    const { heap, mock, close } = world(build)
    const modules = [mock, { ...mock, name: "other" }, { ...mock }]
    expect(() => heap.attach({ modules })).toThrow(
      new TypeError('Cannot attach a thread with two modules of the name "mock"'),
    )
    expect(heap.threads()).toHaveLength(1)
    close()
  })

  test("threads: as many as there are records, and no more", () => {
    const heap = Heap.create({ ...build, threads: 2, fences: 8 })
    const [a, b] = [heap.attach({ name: "a" }), heap.attach({ name: "b" })]
    expect(() => heap.attach()).toThrow("Heap is full: 2 of 2 threads attached")
    expect(heap.threads().map((t) => t.name)).toEqual(["a", "b"])
    b.detach()
    expect(() => b.synchronize()).toThrow('Cannot use thread "b": it is detached')
    heap.attach({ name: "c" }).detach()
    a.detach()
    expect(heap.accounts().threads.inUse).toBe(0)
  })
})

test("two engines can share one heap", () => {
  const { heap, timeline, close } = world({ engine: "wasm", flavour: "checked" })
  const other = Heap.open(heap.share(), { engine: "js" }).attach({ name: "other" })
  const fence = timeline.fence()
  const theirs = other.open(fence.share())
  expect(theirs.signal()).toBe(true)
  expect(fence.signal()).toBe(false)
  theirs.drop()
  other.detach()
  fence.drop()
  close()
})

describe("opening refuses", () => {
  const damage = (at: number) => {
    const shared = Heap.create({ fences: 8 }).share()
    new Int32Array(shared.memory.buffer)[at >> 2]! += 1
    return () => Heap.open(shared)
  }
  test.each([
    ["memory that holds no heap", 0, "the memory does not hold one"],
    ["another version", 4, "its layout version is 2, ours is 1"],
    ["another layout", 8, "its layout checksum is"],
    ["another flavour", 28, "its flavour is checked, ours is release"],
  ])("%s", (_what, at, message) => {
    expect(damage(at)).toThrow(HeapError)
    expect(damage(at)).toThrow(message)
  })

  test("what is no heap at all", () => {
    expect(() => Heap.open({} as never)).toThrow("what was given does not come from heap.share()")
  })
})

test.each([
  [{ fences: 0 }, "Cannot use 0 as fences: a whole number from 1 to 16,777,216 is needed"],
  [{ threads: 1.5 }, "Cannot use 1.5 as threads"],
  [{ spins: -1 }, "Cannot use -1 as spins"],
])("options are checked: %j", (options, message) => {
  expect(() => Heap.create(options)).toThrow(message)
})

test("a freed record rests: in the checked flavour it is the last to be used again", () => {
  const { timeline, close } = world({ flavour: "checked", fences: 16 })
  const first = timeline.fence()
  const address = first.address
  first.signal()
  first.drop()
  const seen: number[] = []
  for (let i = 0; i < 15; i++) {
    const fence = timeline.fence()
    seen.push(fence.address)
    fence.signal()
    fence.drop()
  }
  expect(seen).not.toContain(address)
  close()
})

test("a closed heap says so, and has let its threads go", () => {
  const heap = Heap.create({ fences: 8, threads: 2 })
  const shared = heap.share()
  const thread = heap.attach({ name: "main" })
  heap.close()
  expect(thread.isAttached).toBe(false)
  expect(() => heap.attach()).toThrow("Cannot attach to heap: it is closed")
  expect(() => heap.share()).toThrow(expect.objectContaining({ code: "CLOSED" }))
  expect(Heap.open(shared).accounts().threads.inUse).toBe(0)
})
