/** Functions in a module's text that wait for a grace period: run with their module, or told that it has gone. */
import { Heap, type HeapOptions, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"

/** Code of what it throws. */
function codeOf(body: () => void): string | undefined {
  try {
    body()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

function heapWith(options: HeapOptions, body: (argument: number) => void) {
  const heap = Heap.create({ fences: 64, flavour: "checked", ...options })
  const gpu = defineModule({ name: "gpu", driverName: "gpu", deferred: { free: body, other: () => {} } })
  const [issuer, other] = ["issuer", "other"].map((name) => heap.attach({ name, modules: [gpu] }))
  return { heap, gpu, issuer: issuer!, other: other! }
}

describe.each(["wasm", "js"] as const)("a deferred function (%s)", (engine) => {
  test("is called once, with its argument, by whoever waits for a barrier", () => {
    const calls: number[] = []
    const { heap, gpu, issuer, other } = heapWith({ engine }, (argument) => void calls.push(argument))
    const module = issuer.load(gpu)
    issuer.defer(module, "free", 7)
    issuer.defer(module, "free", -8)
    issuer.defer(module, "other")
    other.barrier()
    issuer.barrier()
    expect(calls.sort()).toEqual([-8, 7])
    module.unload()
    expect(heap.accounts().callbacks.inUse).toBe(0)
    expect(heap.check()).toEqual([])
  })

  test("whose module went without a barrier is an oops where it is called", () => {
    const calls: number[] = []
    const { gpu, issuer, other } = heapWith(
      { engine, lifetime: "issuer-bound" },
      (argument) => void calls.push(argument),
    )
    const module = issuer.load(gpu)
    // A reader, so that no grace period passes meanwhile.
    other.read(() => {
      issuer.defer(module, "free", 7)
      module.unload()
    })
    expect(codeOf(() => other.barrier())).toBe("DEAD_TEXT")
    expect(calls).toEqual([])
    // Told once.
    other.barrier()
  })

  test("under which its module goes is an oops when it returns", () => {
    const { gpu, issuer, other } = heapWith({ engine, lifetime: "issuer-bound" }, () => module.unload())
    const module = issuer.load(gpu)
    issuer.defer(module, "free")
    expect(codeOf(() => other.barrier())).toBe("RETURN_INTO_DEAD_TEXT")
    other.barrier()
  })

  test("that throws is told to whoever was there", () => {
    const { gpu, issuer } = heapWith({ engine }, () => {
      throw new Error("from the module")
    })
    issuer.defer(issuer.load(gpu), "free")
    expect(() => issuer.barrier()).toThrow("from the module")
    issuer.barrier()
  })

  test("may wait for a grace period, and defer another", () => {
    const calls: number[] = []
    const { gpu, issuer } = heapWith({ engine }, (argument) => {
      issuer.synchronize()
      calls.push(argument)
      if (argument > 1) issuer.defer(module, "free", argument - 1)
    })
    const module = issuer.load(gpu)
    issuer.defer(module, "free", 3)
    while (calls.length < 3) issuer.barrier()
    expect(calls).toEqual([3, 2, 1])
  })

  test("is called, too, when a handle of a thread that has left is dropped", () => {
    const calls: number[] = []
    const { heap, gpu, issuer, other } = heapWith({ engine }, (argument) => void calls.push(argument))
    const timeline = other.load(gpu).timeline("other")
    const fence = timeline.fence()
    fence.signal()
    timeline.close()
    other.detach()
    const module = issuer.load(gpu)
    const reader = heap.attach({ name: "reader", modules: [gpu] })
    reader.read(() => {
      issuer.defer(module, "free", 7)
      issuer.detach()
    })
    // In a seat that is taken for a moment.
    fence.drop()
    expect(calls).toEqual([7])
    reader.barrier()
    expect(heap.accounts().balanced).toBe(true)
  })

  test("must be one of the module's, and the module there", () => {
    const { gpu, issuer } = heapWith({ engine }, () => {})
    const module = issuer.load(gpu)
    expect(codeOf(() => issuer.defer(module, "no such"))).toBe("NOT_LINKED")
    expect(() => issuer.defer(module, "free", 2 ** 31)).toThrow(RangeError)
    module.unload()
    expect(codeOf(() => issuer.defer(module, "free"))).toBe("NOT_LIVE")
  })
})
