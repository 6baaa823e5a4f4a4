/** Whether a buffer can be used now, and being called once it can: as with a dma-buf's `poll`. */
import { type Fence, Reservation, SyncFile, Usage, usageOf } from "@outlive/core"
import { setImmediate } from "node:timers/promises"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const code = (name: string) => expect.objectContaining({ code: name }) as Error
const ACCESSES = ["read", "write", "read-write"] as const

const uncaught: unknown[] = []
const note = (error: unknown) => uncaught.push(error)
beforeEach(() => {
  uncaught.length = 0
  process.on("uncaughtException", note)
})
afterEach(() => {
  process.off("uncaughtException", note)
  expect(uncaught).toEqual([])
})

describe.each(BUILDS)("$engine $flavour", (build) => {
  const setup = (options: Parameters<typeof world>[0] = {}) => {
    const w = world({ ...build, ...options })
    const reservation = Reservation.create(w.thread)
    const made: Fence[] = []
    const called: string[] = []
    return {
      ...w,
      reservation,
      called,
      call: (what: string) => () => void called.push(what),
      /** Puts new fences into it. */
      put(n: number, usage: Usage = Usage.Read) {
        const some = Array.from({ length: n }, (_, i) => w.timeline.fence(BigInt(1_000 - made.length - i)))
        made.push(...some)
        reservation.locked(() => {
          reservation.reserve(n)
          for (const fence of some) reservation.add(fence, usage)
        })
        return some
      },
      async end() {
        for (const fence of made) {
          fence.signal()
          fence.drop()
        }
        reservation.drop()
        await setImmediate()
        w.close()
        expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 } })
      },
    }
  }

  test("an access in a word: whoever writes waits for everybody, and everybody waits for whoever writes", async () => {
    const { thread, timeline, reservation, end } = setup()
    expect(ACCESSES.map((access) => usageOf(access))).toEqual([Usage.Write, Usage.Read, Usage.Read])
    expect(() => usageOf("write-read" as never)).toThrow('one of "read", "write", "read-write"')
    for (const access of ACCESSES) {
      using fence = timeline.fence()
      using file = SyncFile.create(thread, fence)
      file.importInto(reservation, access)
      expect(ACCESSES.map((wanted) => reservation.poll(usageOf(wanted)))).toEqual([access === "read", false, false])
      using exported = SyncFile.exportFrom(reservation, "read-write")
      expect(exported.poll()).toBe(false)
      fence.signal()
      expect(exported.poll()).toBe(true)
    }
    const file = SyncFile.exportFrom(reservation, "read-write")
    expect(() => file.importInto(reservation, "rw" as never)).toThrow(TypeError)
    expect(() => SyncFile.exportFrom(reservation, "rw" as never)).toThrow(TypeError)
    file.drop()
    await end()
  })

  test("poll: up to the usage, and it makes sure that the end will be noticed", async () => {
    const asked: bigint[] = []
    const { reservation, put, end } = setup({
      ops: { enableSignaling: (fence) => (asked.push(fence.seqno), true) },
    })
    expect(reservation.poll()).toBe(true)
    const [a, b] = put(2, Usage.Read)
    expect([reservation.testSignaled(), asked]).toEqual([false, []])
    expect([reservation.poll(Usage.Write), asked]).toEqual([true, []])
    expect([reservation.poll(Usage.Read), asked]).toEqual([false, [a!.seqno, b!.seqno]])
    expect([reservation.poll(), asked.length]).toEqual([false, 2])
    a!.signal()
    expect(reservation.poll()).toBe(false)
    b!.signal()
    expect(reservation.poll()).toBe(true)
    expect(() => reservation.poll(4 as Usage)).toThrow(RangeError)
    await end()
  })

  test("poll: an issuer that says in the middle of it that it is done is believed", async () => {
    const { reservation, put, end } = setup({ ops: { enableSignaling: () => false } })
    const [fence] = put(1)
    expect([reservation.testSignaled(), reservation.poll(), fence!.hasSignaled()]).toEqual([false, true, true])
    await end()
  })

  test("onSignaled: called once, when all that was there is complete, with an error or without", async () => {
    const { reservation, put, called, call, end } = setup()
    expect(reservation.onSignaled(Usage.Bookkeep, call("empty"))).toBe("already-signaled")
    const [a, b] = put(2)
    const [later] = put(1, Usage.Bookkeep)
    expect(reservation.onSignaled(usageOf("read"), call("read"))).toBe("already-signaled")
    reservation.onSignaled(usageOf("write"), call("write"))
    put(1)
    await setImmediate()
    b!.setError(-5)
    b!.signal()
    await setImmediate()
    expect(called).toEqual([])
    a!.signal()
    await expect.poll(() => called).toEqual(["write"])
    later!.signal()
    await setImmediate()
    expect(called).toEqual(["write"])
    await end()
  })

  test("onSignaled: what is complete by the time it hangs is told after the call, not in it", async () => {
    const { reservation, put, called, call, end } = setup({ ops: { enableSignaling: () => false } })
    put(3)
    expect(reservation.onSignaled(Usage.Read, call("done"))).not.toBe("already-signaled")
    expect(called).toEqual([])
    await expect.poll(() => called).toEqual(["done"])
    await end()
  })

  test("onSignaled: the handle, and the reservation with it, may go meanwhile", async () => {
    const { reservation, put, called, call, thread, heap, end } = setup()
    const some = put(3)
    reservation.onSignaled(Usage.Read, call("done"))
    reservation.drop()
    thread.barrier()
    expect(heap.accounts().objects.inUse).toBe(0)
    for (const fence of some) fence.signal()
    await expect.poll(() => called).toEqual(["done"])
    await end()
  })

  test("onSignaled: taken back, it is not called, and nothing hangs any more", async () => {
    const { reservation, put, called, call, heap, thread, end } = setup()
    const [fence] = put(1)
    const hung = reservation.onSignaled(Usage.Read, call("done"))
    if (hung === "already-signaled") throw new Error("it is pending")
    expect([hung.remove(), hung.remove()]).toEqual([true, false])
    thread.barrier()
    expect(heap.accounts().callbacks.inUse).toBe(0)
    // Also between the signal and the call.
    const late = reservation.onSignaled(Usage.Read, call("late"))
    fence!.signal()
    thread.deliver()
    expect(late !== "already-signaled" && late.remove()).toBe(true)
    await setImmediate()
    expect(called).toEqual([])
    await end()
  })

  test("onSignaled: a thread that leaves calls nothing, says nothing, and leaves nothing", async () => {
    const { heap, mock, reservation, put, called, call, thread, end } = setup()
    put(2)
    for (const leave of ["detach", "reclaim"] as const) {
      const second = heap.attach({ name: "second", modules: [mock] })
      const theirs = Reservation.open(second, reservation.share())
      const hung = theirs.onSignaled(Usage.Read, call(leave))
      if (leave === "detach") second.detach()
      else thread.reclaim(second.record)
      expect(hung !== "already-signaled" && hung.remove()).toBe(false)
      expect(() => theirs.onSignaled(Usage.Read, call("gone"))).toThrow(code("DETACHED"))
      theirs.drop()
    }
    await setImmediate()
    thread.barrier()
    expect([called, heap.accounts().callbacks.inUse]).toEqual([[], 0])
    await end()
  })

  test("onSignaled: in a full heap it is refused, and nothing is left behind", async () => {
    const { reservation, put, called, call, heap, thread, end } = setup({ callbacks: 2 })
    put(3)
    expect(() => reservation.onSignaled(Usage.Read, call("done"))).toThrow(code("FULL"))
    thread.barrier()
    expect(heap.accounts().callbacks.inUse).toBe(0)
    await setImmediate()
    expect(called).toEqual([])
    await end()
  })

  test("onSignaled: what an issuer throws is thrown, and arguments that are none are refused", async () => {
    let angry = true
    const { reservation, put, called, call, end } = setup({
      ops: {
        enableSignaling: () => {
          if (angry) throw new Error("no comment")
          return true
        },
      },
    })
    const [fence] = put(1)
    expect(() => reservation.onSignaled(Usage.Read, call("done"))).toThrow("no comment")
    expect(() => reservation.poll()).toThrow("no comment")
    angry = false
    expect(() => reservation.onSignaled(Usage.Read, undefined as never)).toThrow(TypeError)
    expect(() => reservation.onSignaled(7 as Usage, call("done"))).toThrow(RangeError)
    expect(reservation.poll()).toBe(false)
    fence!.signal()
    await setImmediate()
    expect(called).toEqual([])
    await end()
  })

  test("onSignaled: what the function throws surfaces as an uncaught exception", async () => {
    const { reservation, put, end } = setup()
    const [fence] = put(1)
    reservation.onSignaled(Usage.Read, () => {
      throw new Error("in the callback")
    })
    fence!.signal()
    await expect.poll(() => uncaught.splice(0).map((error) => (error as Error).message)).toEqual(["in the callback"])
    await end()
  })

  test("waits own what they wait on: the reservation may go, with its last handle", async () => {
    const { reservation, put, thread, heap, end } = setup({
      ops: {
        enableSignaling: () => {
          reservation.drop()
          return true
        },
      },
    })
    const [a, b] = put(2)
    const waited = reservation.wait(Usage.Read, { timeoutMs: 10_000 })
    reservation.drop()
    thread.barrier()
    expect(heap.accounts().objects.inUse).toBe(1)
    for (const fence of [a!, b!]) {
      await setImmediate()
      fence.signal()
    }
    expect(await waited).toBe("signaled")
    thread.barrier()
    expect(heap.accounts().objects.inUse).toBe(0)
    await end()
  })

  test("a wait that blocks owns what it waits on: an issuer that is asked may drop the last handle", async () => {
    let drop = () => {}
    const { reservation, put, end } = setup({ ops: { enableSignaling: () => (drop(), false) } })
    put(2)
    drop = () => reservation.drop()
    expect(reservation.waitSync(Usage.Read, { timeoutMs: 1_000 })).toBe("signaled")
    await end()
  })
})
