import { FenceError, OopsError } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const EIO = -5

/** `Action.AddToCell`. */
const ADD_TO_CELL = 1

describe.each(BUILDS)("$engine $flavour", (build) => {
  describe.each(["inline", "external"] as const)("%s lock", (fenceLock) => {
    const options = { ...build, fenceLock }

    test("a fence is pending, is signaled once, and lets go of its issuer", () => {
      const { timeline, close } = world(options)
      const fence = timeline.fence()
      expect([fence.hasSignaled(), fence.isSignaled(), fence.status(), fence.isDetached]).toEqual([
        false,
        false,
        0,
        false,
      ])
      expect([fence.driverName(), fence.timelineName()]).toEqual(["mock driver", "mock timeline"])
      expect(fence.signal()).toBe(true)
      expect(fence.signal()).toBe(false)
      expect(fence.checkAndSignal()).toBe(true)
      expect([fence.hasSignaled(), fence.isSignaled(), fence.status(), fence.isDetached]).toEqual([true, true, 1, true])
      expect([fence.driverName(), fence.timelineName()]).toEqual(["detached-driver", "signaled-timeline"])
      fence.drop()
      close()
    })

    test("an error is set before the signal, seen after it, and refused once it is late", () => {
      const { timeline, close } = world(options)
      const fence = timeline.fence()
      fence.setError(EIO)
      expect(fence.status()).toBe(0)
      fence.signal()
      expect(fence.status()).toBe(EIO)
      expect(() => fence.setError(EIO)).toThrow(expect.objectContaining({ code: "ALREADY_SIGNALED" }))
      expect(() => fence.waitSync()).toThrow(expect.objectContaining({ code: "EIO", errno: EIO }))
      fence.drop()
      close()
    })

    test("callbacks run once, in order, or not at all when removed or late", () => {
      const { heap, thread, timeline, close } = world(options)
      const fence = timeline.fence()
      const order: number[] = []
      const added = [1, 2, 3].map((n) => fence.addCallback(() => order.push(n)))
      const counter = fence.addCounter(2)
      const second = added[1]!
      expect(second !== "already-signaled" && second.remove()).toBe(true)
      fence.signal()
      expect(heap.words[heap.cell(2) >> 2]).toBe(1)
      thread.deliver()
      expect(order).toEqual([1, 3])
      const first = added[0]!
      expect(first !== "already-signaled" && first.remove()).toBe(false)
      expect(counter !== "already-signaled" && counter.remove()).toBe(false)
      expect(fence.addCallback(() => order.push(4))).toBe("already-signaled")
      fence.drop()
      close()
    })
  })

  test("signalLocked is for the lock's holder", () => {
    const { timeline, close } = world(build)
    const fence = timeline.fence()
    expect(fence.locked(() => fence.signalLocked())).toBe(true)
    fence.drop()
    close()
  })

  test("a timestamp is there when asked for, and only then", () => {
    const { thread, timeline, close } = world(build)
    using plain = timeline.fence()
    plain.signal()
    expect(plain.timestampNs).toBeUndefined()
    using stamped = timeline.fence()
    expect(stamped.timestampNs).toBeUndefined()
    stamped.signal({ atNs: 1_790_000_000_123_456_789n })
    expect(stamped.timestampNs).toBe(1_790_000_000_123_456_789n)
    using stub = thread.privateStub(77n)
    expect([stub.hasSignaled(), stub.timestampNs, stub.context]).toEqual([true, 77n, 0n])
    plain.drop()
    stamped.drop()
    stub.drop()
    close()
  })

  test("later means later on one context, with seqnos that wrap or have 64 bits", () => {
    const { module, timeline, warnings, close } = world(build)
    const wide = module.timeline("wide", { seqno64: true })
    const fences = [
      timeline.fence(0xffff_ffffn),
      timeline.fence(1n),
      wide.fence(0xffff_ffffn),
      wide.fence(0x1_0000_0000n),
    ] as const
    expect(fences[1].isLater(fences[0])).toBe(true)
    expect(fences[0].isLater(fences[1])).toBe(false)
    expect(fences[3].isLater(fences[2])).toBe(true)
    expect(fences[2].isLater(fences[3])).toBe(false)
    expect(fences[3].seqno).toBe(0x1_0000_0000n)
    expect(fences[0].isLater(fences[2])).toBe(false)
    expect(warnings.map((w) => w.kind)).toEqual(["different-contexts"])
    for (const f of fences) {
      f.signal()
      f.drop()
    }
    wide.close()
    close()
  })

  test("the issuer is asked to enable signaling once, and may say that it is done", () => {
    const asked: bigint[] = []
    const { timeline, close } = world({
      ...build,
      ops: { enableSignaling: (f) => (asked.push(f.seqno), f.seqno !== 2n) },
    })
    const first = timeline.fence()
    expect([first.enableSignaling(), first.enableSignaling()]).toEqual([true, true])
    const second = timeline.fence()
    expect(second.enableSignaling()).toBe(false)
    expect(second.hasSignaled()).toBe(true)
    expect(asked).toEqual([1n, 2n])
    first.signal()
    first.drop()
    second.drop()
    close()
  })

  test("whoever asks an issuer that says yes becomes the signaler", () => {
    let done = false
    const { timeline, close } = world({ ...build, ops: { pollSignaled: () => done } })
    const fence = timeline.fence()
    expect(fence.isSignaled()).toBe(false)
    done = true
    expect(fence.hasSignaled()).toBe(false)
    expect(fence.status()).toBe(1)
    expect(fence.hasSignaled()).toBe(true)
    fence.drop()
    close()
  })

  test("a deadline reaches the issuer of a pending fence", () => {
    const deadlines: bigint[] = []
    const { timeline, close } = world({ ...build, ops: { setDeadline: (_f, at) => void deadlines.push(at) } })
    const fence = timeline.fence()
    fence.setDeadline(1_024n)
    fence.signal()
    fence.setDeadline(2_048n)
    expect(deadlines).toEqual([1_024n])
    fence.drop()
    close()
  })

  test("what an issuer's function throws reaches the caller, and the fence is none the worse", () => {
    let broken = true
    const { timeline, close } = world({
      ...build,
      ops: {
        pollSignaled: () => {
          if (broken) throw new Error("the hardware is on fire")
          return true
        },
      },
    })
    const fence = timeline.fence()
    expect(() => fence.isSignaled()).toThrow("the hardware is on fire")
    broken = false
    expect(fence.isSignaled()).toBe(true)
    fence.drop()
    close()
  })

  test("a fence that keeps its ops keeps its module, until it is dropped", () => {
    const freed: bigint[] = []
    const { timeline, module, close } = world({ ...build, ops: { free: (f) => void freed.push(f.seqno) } })
    const fence = timeline.fence()
    fence.signal()
    expect([fence.isDetached, fence.driverName()]).toEqual([false, "mock driver"])
    timeline.close()
    expect(() => module.unload()).toThrow('Cannot unload module "mock": 1 reference is held')
    fence.drop()
    expect(freed).toEqual([1n])
    close()
  })

  test("released with a callback waiting: reported, and the callback runs", () => {
    const { heap, thread, timeline, warnings, close } = world(build)
    const fence = timeline.fence()
    const { engine, record } = thread
    const address = fence.address
    // A counter would keep its fence; a record of the raw engine's does not.
    const node = engine.addCallback(record, address, ADD_TO_CELL, heap.cell(5))
    engine.readLock(record)
    fence.drop()
    expect(warnings.map((w) => w.kind)).toEqual(["released-pending"])
    expect([heap.words[heap.cell(5) >> 2], engine.hasSignaled(address), heap.words[(address + 44) >> 2]]).toEqual([
      1, 1, -35,
    ])
    expect(engine.removeCallback(record, node)).toBe(0)
    engine.readUnlock(record)
    close()
  })

  test("a stale handle, a stale token and a foreign token are typed errors", () => {
    const { thread, timeline, close } = world(build)
    const other = world(build)
    const fence = timeline.fence()
    const token = fence.share()
    const opened = thread.open(token)
    expect(opened.context).toBe(fence.context)
    expect(() => other.thread.open(token)).toThrow(expect.objectContaining({ code: "FOREIGN" }))
    expect(() => thread.open({} as never)).toThrow(TypeError)
    fence.signal()
    fence.drop()
    fence.drop()
    opened.drop()
    expect(() => fence.signal()).toThrow(FenceError)
    expect(() => fence.driverName()).toThrow(expect.objectContaining({ code: "STALE" }))
    thread.barrier()
    expect(() => thread.open(token)).toThrow(expect.objectContaining({ code: "STALE" }))
    other.close()
    close()
  })

  test("a fence left in a cell is found, and its reference moves with it", () => {
    const { thread, timeline, close } = world(build)
    expect(thread.openAt(3)).toBeUndefined()
    expect(thread.replaceAt(3, timeline.fence())).toBeUndefined()
    const found = thread.openAt(3)!
    found.signal()
    found.drop()
    thread.replaceAt(3, undefined)!.drop()
    close()
  })

  test("describe tells names while pending only", () => {
    const { timeline, close } = world(build)
    const fence = timeline.fence()
    expect(fence.describe()).toBe(`${fence.context}:1 mock timeline mock driver unsignaled`)
    fence.signal()
    expect(fence.describe()).toBe(`${fence.context}:1 signaled`)
    fence.drop()
    close()
  })
})

describe("the checked flavour stops", () => {
  test.each([
    [
      "a reference that nobody held",
      "REFERENCE_UNDERFLOW",
      (e: any, t: number, f: number) => {
        e.writeCell(f + 16, 0)
        e.dropRef(t, f)
      },
    ],
    ["signalLocked without the lock", "LOCK_NOT_HELD", (e: any, t: number, f: number) => e.signalLocked(t, f)],
    [
      "locking twice",
      "SELF_DEADLOCK",
      (e: any, t: number, f: number) => {
        e.lockFence(t, f)
        e.signal(t, f)
      },
    ],
    ["a dereference outside a read section", "OUTSIDE_SECTION", (e: any, t: number) => e.dereference(t, 1024)],
    ["leaving a section that was not entered", "UNBALANCED_READ_UNLOCK", (e: any, t: number) => e.readUnlock(t)],
    [
      "waiting for oneself",
      "SYNCHRONIZE_INSIDE_SECTION",
      (e: any, t: number) => {
        e.readLock(t)
        e.synchronize(t)
      },
    ],
    [
      "using a freed record",
      "USE_AFTER_FREE",
      (e: any, t: number, f: number) => {
        e.signal(t, f)
        e.dropRef(t, f)
        e.barrier(t)
        e.signal(t, f)
      },
    ],
  ])("%s", (_what, code, misuse) => {
    const { thread, timeline } = world({ flavour: "checked" })
    const fence = timeline.fence()
    expect(() => misuse(thread.engine, thread.record, fence.address)).toThrow(
      expect.objectContaining({ code, name: "OopsError" }),
    )
    // What the caller had entered it is still in.
    expect(thread.engine.isReading(thread.record)).toBe(code === "SYNCHRONIZE_INSIDE_SECTION" ? 1 : 0)
  })

  test("an unlock by somebody else", () => {
    const { heap, thread, timeline } = world({ flavour: "checked" })
    const other = heap.attach({ name: "other" })
    const fence = timeline.fence()
    thread.engine.lockFence(thread.record, fence.address)
    expect(() => other.engine.unlockFence(other.record, fence.address)).toThrow(OopsError)
  })
})
