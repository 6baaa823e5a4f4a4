/** Reservations: growth, heaps that are full, what is refused, waiting, and what a walk holds. Locks are in `ww-mutex.test.ts`. */
import { type Fence, FenceArray, FenceChain, Heap, Reservation, Usage, defineModule, usageOf } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const code = (name: string) => expect.objectContaining({ code: name }) as Error

describe.each(BUILDS)("$engine $flavour", (build) => {
  /** A reservation in a world; `fences` that never replace each other: of one context, the latest first. */
  const buffer = (options: Parameters<typeof world>[0] = {}) => {
    const w = world({ ...build, ...options })
    const reservation = Reservation.create(w.thread)
    const made: Fence[] = []
    return {
      ...w,
      reservation,
      fences(n: number) {
        const some = Array.from({ length: n }, (_, i) => w.timeline.fence(BigInt(10_000 - made.length - i)))
        made.push(...some)
        return some
      },
      /** May be asked under the lock, where a barrier is refused: nobody is in a read section, so four looks are enough. */
      lists() {
        for (let i = 0; i < 4; i++) w.thread.engine.collectAll(w.thread.record)
        return w.heap.accounts().lists.inUse
      },
      end() {
        for (const fence of made) {
          fence.signal()
          fence.drop()
        }
        reservation.drop()
        w.close()
        expect(w.heap.accounts()).toMatchObject({
          objects: { inUse: 0 },
          lists: { inUse: 0 },
          containers: { inUse: 0 },
        })
      },
    }
  }
  const addAll = (reservation: Reservation, fences: readonly Fence[], usage: Usage = Usage.Read) =>
    reservation.locked(() => {
      reservation.reserve(fences.length)
      for (const fence of fences) reservation.add(fence, usage)
    })
  const addresses = (reservation: Reservation, usage: Usage = Usage.Bookkeep) =>
    [...reservation.fences(usage)].length === 0
      ? []
      : Array.from(reservation.fences(usage), ({ fence }) => fence.address)

  test("a list grows to what is needed, at least to twice what it was", () => {
    const { reservation, fences, lists, end } = buffer({ lists: 64 })
    reservation.lock()
    reservation.reserve(1)
    expect(lists()).toBe(1)
    for (const fence of fences(12)) reservation.add(fence, Usage.Read)
    reservation.reserve(1)
    expect(lists()).toBe(2)
    for (const fence of fences(1)) reservation.add(fence, Usage.Read)
    reservation.reserve(100)
    expect(lists()).toBe(10)
    expect([...reservation.fencesLocked()].length).toBe(13)
    reservation.unlock()
    end()
  })

  test("a fence needs a reserved slot, or one that it may take over", () => {
    const { reservation, fences, end } = buffer()
    const [first, ...more] = fences(14)
    expect(() => reservation.locked(() => reservation.add(first!, Usage.Read))).toThrow(code("NOT_RESERVED"))
    reservation.lock()
    reservation.reserve(12)
    for (const fence of more.slice(0, 12)) reservation.add(fence, Usage.Read)
    expect(() => reservation.add(first!, Usage.Bookkeep)).toThrow(code("NOT_RESERVED"))
    more[3]!.signal()
    reservation.add(first!, Usage.Bookkeep)
    expect(Array.from(reservation.fencesLocked(), ({ fence }) => fence.address)[3]).toBe(first!.address)
    reservation.unlock()
    // In the checked flavour what was reserved goes with the lock.
    const unreserved = () => reservation.locked(() => reservation.add(more[12]!, Usage.Bookkeep))
    expect(unreserved).toThrow(code("NOT_RESERVED"))
    end()
  })

  test("what was reserved goes with the lock, in the checked flavour", () => {
    const { reservation, fences, end } = buffer()
    const [fence] = fences(1)
    reservation.locked(() => reservation.reserve(4))
    const add = () => reservation.locked(() => reservation.add(fence!, Usage.Read))
    if (build.flavour === "checked") expect(add).toThrow(code("NOT_RESERVED"))
    else add()
    end()
  })

  test("1,000 fences: in order, taken together, thinned out when the list grows", () => {
    const { reservation, fences, heap, thread, lists, end } = buffer({ fences: 1_100, lists: 512, callbacks: 1_100 })
    const all = fences(1_000)
    for (const fence of all) addAll(reservation, [fence])
    expect(addresses(reservation)).toEqual(all.map((fence) => fence.address))
    const array = reservation.getSingleton(Usage.Read) as FenceArray
    expect([array.kind, array.size]).toEqual(["array", 1_000])
    all.forEach((fence, i) => void (i % 3 === 0 || fence.signal()))
    const left = all.filter((_, i) => i % 3 === 0)
    expect(addresses(reservation)).toEqual(left.map((fence) => fence.address))
    expect(array.hasSignaled()).toBe(false)
    reservation.locked(() => {
      expect([...reservation.fencesLocked()].length).toBe(1_000)
      reservation.reserve(3_000)
      expect(Array.from(reservation.fencesLocked(), ({ fence }) => fence.address)).toEqual(
        left.map((fence) => fence.address),
      )
    })
    expect(lists()).toBeGreaterThanOrEqual(Math.ceil(3_334 / 12))
    for (const fence of left) fence.signal()
    expect([reservation.testSignaled(), array.isSignaled(), reservation.getSingleton()]).toEqual([
      true,
      true,
      undefined,
    ])
    array.drop()
    thread.barrier()
    expect(heap.accounts().callbacks.inUse).toBe(0)
    end()
  })

  test("a heap full of lists: refused, and nothing is lost", () => {
    const { reservation, fences, thread, heap, lists, end } = buffer({ lists: 4 })
    const all = fences(24)
    addAll(reservation, all)
    const before = [lists(), heap.accounts().fences.inUse]
    const other = Reservation.create(thread)
    expect(() => reservation.locked(() => reservation.reserve(1_000))).toThrow(code("FULL"))
    expect(() => reservation.locked(() => reservation.reserve(0x7fffffff))).toThrow(code("FULL"))
    other.locked(() => other.copyFences(reservation))
    const third = Reservation.create(thread)
    expect(() => third.locked(() => third.copyFences(reservation))).toThrow(code("FULL"))
    expect(addresses(third)).toEqual([])
    other.drop()
    third.drop()
    expect(addresses(reservation)).toEqual(all.map((fence) => fence.address))
    expect([lists(), heap.accounts().fences.inUse]).toEqual(before)
    end()
  })

  test("a heap full of objects: refused", () => {
    const { thread, end } = buffer({ objects: 2 })
    const second = Reservation.create(thread)
    expect(() => Reservation.create(thread)).toThrow(code("FULL"))
    second.drop()
    Reservation.create(thread).drop()
    end()
  })

  test("what does not belong here is refused", () => {
    const { reservation, fences, thread, timeline, end } = buffer()
    const other = buffer()
    const [own] = fences(1)
    const [foreign] = other.fences(1)
    reservation.lock()
    reservation.reserve(1)
    expect(() => reservation.add(foreign!, Usage.Read)).toThrow(code("FOREIGN"))
    expect(() => reservation.replace(1n, foreign!, Usage.Read)).toThrow(code("FOREIGN"))
    expect(() => reservation.copyFences(other.reservation)).toThrow(code("FOREIGN"))
    for (const slots of [0, -1, 1.5, NaN]) expect(() => reservation.reserve(slots)).toThrow(code("EINVAL"))
    expect(() => reservation.add(own!, 4 as Usage)).toThrow(RangeError)
    expect(() => reservation.testSignaled(-1 as Usage)).toThrow(RangeError)
    reservation.unlock()
    expect(() => Reservation.open(thread, other.reservation.share())).toThrow(code("FOREIGN"))
    expect(() => Reservation.open(thread, own!.share() as never)).toThrow(TypeError)
    const opened = Reservation.open(thread, reservation.share())
    const token = opened.share()
    expect(opened.address).toBe(reservation.address)
    opened.drop()
    const short = Reservation.create(thread)
    const shared = short.share()
    short.drop()
    expect(() => Reservation.open(thread, shared)).toThrow(code("STALE"))
    expect(() => short.lock()).toThrow(code("STALE"))
    const stale = timeline.fence()
    stale.signal()
    stale.drop()
    expect(() => addAll(reservation, [stale])).toThrow(code("STALE"))
    expect(token.kind).toBe("outlive-reservation")
    other.end()
    end()
  })

  test("without the lock nothing changes", () => {
    const { reservation, fences, thread, heap, end } = buffer()
    const [fence] = fences(1)
    for (const change of [
      () => reservation.reserve(1),
      () => reservation.add(fence!, Usage.Read),
      () => reservation.replace(1n, fence!, Usage.Read),
      () => reservation.copyFences(reservation),
      () => [...reservation.fencesLocked()],
      () => reservation.unlock(),
    ])
      expect(change).toThrow(code("LOCK_NOT_HELD"))
    const second = heap.attach({ name: "second" })
    const theirs = Reservation.open(second, reservation.share())
    theirs.lock()
    expect(() => reservation.unlock()).toThrow(code("FOREIGN_UNLOCK"))
    expect([reservation.tryLock(), reservation.isLocked]).toEqual([false, true])
    theirs.unlock()
    theirs.drop()
    second.detach()
    thread.barrier()
    end()
  })

  test("a later fence of a context takes the place of an earlier one that is for as many or fewer", () => {
    for (const old of [0, 1, 2, 3] as const)
      for (const usage of [0, 1, 2, 3] as const) {
        const { reservation, timeline, end } = buffer()
        using earlier = timeline.fence()
        using later = timeline.fence()
        reservation.locked(() => {
          reservation.reserve(2)
          reservation.add(earlier, old)
          reservation.add(later, usage)
          reservation.add(later, usage)
        })
        const expected = [later.address]
        if (old < usage) expected.unshift(earlier.address)
        expect(addresses(reservation), `${old}, then ${usage}`).toEqual(expected)
        for (const fence of [earlier, later]) {
          fence.signal()
          fence.drop()
        }
        end()
      }
  })

  test("replace: every fence of the context, none of another", () => {
    const { reservation, fences, module, end } = buffer()
    const all = fences(14)
    const elsewhere = module.timeline("elsewhere")
    using other = elsewhere.fence()
    addAll(reservation, [...all, other])
    using done = elsewhere.fence()
    reservation.locked(() => reservation.replace(all[0]!.context, done, Usage.Bookkeep))
    expect(addresses(reservation)).toEqual([...all.map(() => done.address), other.address])
    expect(addresses(reservation, Usage.Read)).toEqual([other.address])
    done.signal()
    expect(addresses(reservation)).toEqual([other.address])
    other.signal()
    for (const fence of [done, other]) fence.drop()
    elsewhere.close()
    end()
  })

  test("copyFences: what is pending, in the place of what was there; also from itself and from nothing", () => {
    const { reservation, fences, thread, end } = buffer()
    const [a, b, c] = fences(3)
    const target = Reservation.create(thread)
    addAll(target, [c!])
    reservation.locked(() => {
      reservation.reserve(2)
      reservation.add(a!, Usage.Kernel)
      reservation.add(b!, Usage.Bookkeep)
    })
    target.locked(() => target.copyFences(reservation))
    expect(addresses(target)).toEqual([a!.address, b!.address])
    expect(addresses(target, Usage.Kernel)).toEqual([a!.address])
    a!.signal()
    target.locked(() => target.copyFences(target))
    expect(
      Array.from(
        target.locked(() => [...target.fencesLocked()]),
        ({ usage }) => usage,
      ),
    ).toEqual([Usage.Bookkeep])
    const empty = Reservation.create(thread)
    target.locked(() => target.copyFences(empty))
    expect([addresses(target), target.testSignaled()]).toEqual([[], true])
    empty.drop()
    target.drop()
    end()
  })

  test("a fence made of others is added with a warning, and reads as what it is", () => {
    const { reservation, fences, thread, warnings, end } = buffer()
    const [a, b] = fences(2)
    const array = FenceArray.create(thread, [a!, b!])
    const chain = FenceChain.create(thread, { fence: a!, seqno: 1n })
    addAll(reservation, [array, chain])
    expect(warnings.map(({ kind }) => kind)).toEqual(["container-reserved", "container-reserved"])
    expect(Array.from(reservation.fences(), ({ fence }) => fence.kind)).toEqual(["array", "chain"])
    const one = reservation.getSingleton()!
    expect(one.isSignaled()).toBe(false)
    for (const fence of [a!, b!]) fence.signal()
    expect([one.isSignaled(), reservation.testSignaled()]).toEqual([true, true])
    for (const fence of [one, array, chain]) fence.drop()
    end()
  })

  test("deadlines reach every issuer up to the usage, who may look at the reservation meanwhile", () => {
    const told: [bigint, bigint][] = []
    let look = () => {}
    const setDeadline = (fence: Fence, atNs: bigint) => {
      told.push([fence.seqno, atNs])
      look()
    }
    const { reservation, fences, end } = buffer({ ops: { setDeadline } })
    const [a, b, c, d] = fences(4)
    addAll(reservation, [a!, b!, c!], Usage.Write)
    addAll(reservation, [d!], Usage.Bookkeep)
    b!.signal()
    look = () => void [reservation.testSignaled(), addresses(reservation)]
    reservation.setDeadline(Usage.Read, 1n << 40n)
    expect(told).toEqual([a!, c!].map((fence) => [fence.seqno, 1n << 40n]))
    reservation.setDeadline(Usage.Bookkeep, 5n)
    expect(told.slice(2)).toEqual([a!, c!, d!].map((fence) => [fence.seqno, 5n]))
    end()
  })

  test("waits: for all up to the usage, whether they succeed or fail", async () => {
    const { reservation, fences, end } = buffer()
    const [a, b, c] = fences(3)
    expect([reservation.waitSync(), await reservation.wait()]).toEqual(["signaled", "signaled"])
    addAll(reservation, [a!, b!], Usage.Write)
    addAll(reservation, [c!], Usage.Bookkeep)
    expect(reservation.waitSync(Usage.Kernel)).toBe("signaled")
    expect(reservation.waitSync(Usage.Write, { timeoutMs: 1 })).toBe("timed-out")
    expect(await reservation.wait(Usage.Write, { timeoutMs: 1 })).toBe("timed-out")
    const abort = new AbortController()
    const given = reservation.wait(usageOf("write"), { signal: abort.signal })
    const waited = reservation.wait(usageOf("read"), { timeoutMs: 10_000 })
    abort.abort(new Error("enough"))
    await expect(given).rejects.toThrow("enough")
    a!.setError(-5)
    a!.signal()
    b!.setError(-5)
    b!.signal()
    expect([await waited, reservation.waitSync(Usage.Read)]).toEqual(["signaled", "signaled"])
    expect(() => reservation.waitSync(Usage.Read, { timeoutMs: -1 })).toThrow(RangeError)
    await expect(reservation.wait(Usage.Read, { timeoutMs: -1 })).rejects.toThrow(RangeError)
    expect(reservation.waitSync(Usage.Bookkeep, { timeoutMs: 0 })).toBe("timed-out")
    end()
  })

  test("walks nest, can be left, and hold one fence each", () => {
    const { reservation, fences, heap, end } = buffer()
    const all = fences(15)
    addAll(reservation, all)
    const pairs: [number, number][] = []
    for (const outer of reservation.fences())
      for (const inner of reservation.fences()) pairs.push([outer.fence.address, inner.fence.address])
    expect(pairs).toEqual(all.flatMap((a) => all.map((b) => [a.address, b.address])))
    let kept: Fence | undefined
    let handle: Fence | undefined
    for (const step of reservation.fences()) {
      handle = step.fence
      kept = step.fence.addRef()
      break
    }
    expect(() => handle!.address).toThrow(code("STALE"))
    expect(kept!.address).toBe(all[0]!.address)
    kept!.drop()
    expect(heap.accounts().fences.inUse).toBe(15)
    end()
  })

  test("a fence held by a walk alone stays for as long as the walk is at it", () => {
    const { reservation, module, thread, heap, end } = buffer()
    const timeline = module.timeline("another")
    const [first, second] = [timeline.fence(2n), timeline.fence(1n)]
    addAll(reservation, [first, second])
    const walk = reservation.fences()
    const { fence } = walk.next().value!
    first.signal()
    first.drop()
    reservation.locked(() => reservation.reserve(24))
    thread.barrier()
    expect([fence.hasSignaled(), heap.accounts().fences.inUse]).toEqual([true, 2])
    const next = walk.next().value!
    expect([next.fence.address, next.isRestarted]).toEqual([second.address, true])
    thread.barrier()
    expect(heap.accounts().fences.inUse).toBe(1)
    expect(walk.next().done).toBe(true)
    second.signal()
    second.drop()
    timeline.close()
    end()
  })

  test("a list whose first block is another list's by now is known for another", () => {
    const { reservation, fences, heap, thread, end } = buffer({ lists: 16 })
    addAll(reservation, fences(3))
    const listOf = () => heap.words[(reservation.address + 20) >> 2]!
    const before = listOf()
    const walk = reservation.fences()
    walk.next()
    let changes = 0
    do {
      reservation.locked(() => reservation.copyFences(reservation))
      thread.barrier()
    } while (listOf() !== before && ++changes < 200)
    expect(listOf()).toBe(before)
    expect(walk.next().value!.isRestarted).toBe(true)
    walk.return()
    end()
  })

  test("containers that complete under the lock are completed when it is given back, or waited for", () => {
    let ready = false
    const { reservation, fences, thread, end } = buffer({ ops: { pollSignaled: () => ready } })
    const [a, b, c] = fences(3)
    const arrays = [FenceArray.create(thread, [a!]), FenceArray.create(thread, [b!])]
    for (const array of arrays) array.enableSignaling()
    addAll(reservation, [a!])
    ready = true
    reservation.locked(() => {
      reservation.add(c!, Usage.Read)
      expect([a!.hasSignaled(), arrays[0]!.hasSignaled()]).toEqual([true, false])
    })
    expect(arrays[0]!.hasSignaled()).toBe(true)
    ready = false
    c!.signal()
    addAll(reservation, [b!])
    ready = true
    reservation.locked(() => {
      reservation.reserve(30)
      expect([b!.hasSignaled(), arrays[1]!.hasSignaled()]).toEqual([true, false])
      expect(arrays[1]!.waitSync({ timeoutMs: 5_000 })).toBe("signaled")
    })
    for (const array of arrays) array.drop()
    end()
  })

  test("describes what is pending", () => {
    const { reservation, fences, end } = buffer()
    const [a, b] = fences(2)
    addAll(reservation, [a!], Usage.Kernel)
    addAll(reservation, [b!], Usage.Bookkeep)
    const line = (usage: string, fence: Fence) =>
      `${usage} fence: ${fence.context}:${fence.seqno} mock timeline mock driver unsignaled`
    expect(reservation.describe()).toBe(`${line("kernel", a!)}\n${line("bookkeep", b!)}`)
    a!.signal()
    expect(reservation.describe()).toBe(line("bookkeep", b!))
    end()
  })

  test("what an issuer throws while it is asked comes out, and nothing is lost", () => {
    let angry = false
    const pollSignaled = () => {
      if (angry) throw new Error("no comment")
      return false
    }
    const { reservation, fences, end } = buffer({ ops: { pollSignaled } })
    const all = fences(2)
    addAll(reservation, all)
    angry = true
    expect(() => reservation.testSignaled()).toThrow("no comment")
    expect(() => reservation.getFences()).toThrow("no comment")
    expect(() => reservation.locked(() => reservation.reserve(100))).toThrow("no comment")
    angry = false
    expect(addresses(reservation)).toEqual(all.map((fence) => fence.address))
    end()
  })
})

test("a reservation may outlive the module whose fences it holds", () => {
  const gpu = defineModule({ name: "gpu", driverName: "gpu" })
  const heap = Heap.create({ fences: 16, threads: 1, flavour: "checked" })
  const thread = heap.attach({ modules: [gpu] })
  const module = thread.load(gpu)
  const timeline = module.timeline("queue")
  const fence = timeline.fence()
  const reservation = Reservation.create(thread)
  reservation.locked(() => {
    reservation.reserve(1)
    reservation.add(fence, Usage.Write)
  })
  fence.signal()
  fence.drop()
  timeline.close()
  module.unload()
  const left = reservation.locked(() => Array.from(reservation.fencesLocked(), (step) => step.fence.driverName()))
  expect([left, reservation.testSignaled()]).toEqual([["detached-driver"], true])
  reservation.drop()
  thread.barrier()
  expect(heap.accounts()).toMatchObject({ balanced: true, fences: { inUse: 0 }, lists: { inUse: 0 } })
  thread.detach()
})
