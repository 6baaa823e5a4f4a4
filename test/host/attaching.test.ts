/**
 * A seat that is just being taken is not shown under the name of whoever sat there before: who clears up after that one by its name
 * would throw out a thread that lives. It is looked at before each shared access of `attach`.
 */
import { Heap } from "@outlive/core"
import { stepwiseEngine } from "@outlive/core/stepwise"
import { describe, expect, test } from "vitest"

/** What `act` sees of a heap in which "worker-1" came and went and "worker-2" attaches, before each shared access of that. */
function beforeEachAccess(act: (heap: Heap) => void): number {
  for (let step = 1; ; step++) {
    const heap = Heap.create({ threads: 2, engine: "js", flavour: "checked", onWarning() {} })
    heap.attach({ name: "main" })
    heap.attach({ name: "worker-1" }).detach()
    let left = step
    const get = (all: typeof Atomics, key: "load") => {
      const access = all[key]
      if (typeof access !== "function") return access
      return (...given: Parameters<typeof access>) => {
        if (--left === 0) act(heap)
        return access(...given)
      }
    }
    const atomics = new Proxy(Atomics, { get: get as ProxyHandler<typeof Atomics>["get"] & {} })
    const theirs = Heap.open(heap.share(), { substitute: { factory: stepwiseEngine, atomics } })
    const thread = theirs.attach({ name: "worker-2" })
    expect(heap.threads().map(({ name }) => name)).toEqual(["main", "worker-2"])
    expect(heap.check()).toEqual([])
    const happened = left <= 0
    left = 0
    thread.detach()
    if (!happened) return step - 1
  }
}

describe("while a thread attaches", () => {
  test("its seat is not shown under the name of the last one that sat there", () => {
    const seen = new Set<string>()
    const steps = beforeEachAccess((heap) => {
      for (const { name } of heap.threads()) seen.add(name)
    })
    expect(steps).toBeGreaterThan(5)
    expect([...seen]).toEqual(["main", "thread-2"])
  })

  test("and who had that name is told to be still attaching by the check", () => {
    const seen = new Set<string>()
    beforeEachAccess((heap) => {
      if (heap.threads().length === 2) for (const { where } of heap.check()) seen.add(where)
    })
    expect([...seen]).toContain("seat 2 named")
  })
})
