/** The primitives in one thread: what its tasks may do, time-outs, aborts, guards, handles. */
import type { SharedObjectToken, Thread } from "@outlive/core"
import { Barrier, Condition, Event, Latch, Mutex, Once, RwLock, Semaphore } from "@outlive/sync"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

const later = () => new Promise((resolve) => setTimeout(resolve, 2))

describe.each(BUILDS)("$engine $flavour:", (build) => {
  /** Runs something in a heap of its own, in which nothing is left. */
  const within = (body: (thread: Thread, other: () => Thread) => Promise<void> | void) => async () => {
    const { heap, thread, close } = world({ ...build, objects: 16 })
    const others: Thread[] = []
    await body(thread, () => (others.push(heap.attach()), others.at(-1)!))
    for (const other of others) other.detach()
    thread.barrier()
    expect(heap.accounts().objects.inUse).toBe(0)
    expect(heap.check()).toEqual([])
    close()
  }

  test(
    "mutex: two tasks of a thread take turns",
    within(async (thread) => {
      using mutex = Mutex.create(thread)
      const order: string[] = []
      const task = async (name: string) => {
        using _ = await mutex.lock()
        order.push(`${name} in`)
        await later()
        order.push(`${name} out`)
      }
      await Promise.all([task("a"), task("b"), task("c")])
      expect(order).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"])
    }),
  )

  test(
    "mutex: who has it already is told, and so is another seat of the same JavaScript thread",
    within(async (thread, other) => {
      using mutex = Mutex.create(thread)
      using theirs = Mutex.open(other(), mutex.share())
      using guard = mutex.lockSync()
      expect(() => mutex.lockSync()).toThrow(expect.objectContaining({ code: "SELF_DEADLOCK" }))
      expect(() => mutex.lockSync()).toThrow(/which it has itself: give it back first, or, where another of its tasks/)
      expect(() => theirs.lockSync()).toThrow(expect.objectContaining({ code: "SELF_DEADLOCK" }))
      expect(theirs.tryLock()).toBeUndefined()
      expect(() => guard.lockSync()).toThrow(expect.objectContaining({ code: "HELD" }))
      guard.unlock()
      expect(() => guard.unlock()).toThrow(expect.objectContaining({ code: "NOT_HELD" }))
      using again = theirs.lockSync()
      expect(again.isHeld).toBe(true)
    }),
  )

  test(
    "mutex: a wait that timed out or was aborted leaves nothing behind, and loses no turn",
    within(async (thread) => {
      using mutex = Mutex.create(thread)
      const guard = mutex.lockSync()
      expect(await mutex.lock({ timeoutMs: 1 })).toBeUndefined()
      const abort = new AbortController()
      const aborted = mutex.lock({ signal: abort.signal })
      const patient = mutex.lock()
      guard.unlock()
      // It has been rung by now, and goes.
      abort.abort(new Error("no more"))
      await expect(aborted).rejects.toThrow("no more")
      const second = await patient
      expect(second.isHeld).toBe(true)
      second.unlock()
    }),
  )

  test(
    "mutex: a guard that is disposed of while it waits will not hold",
    within(async (thread) => {
      using mutex = Mutex.create(thread)
      const held = mutex.lockSync()
      const guard = mutex.guard()
      const waits = guard.lock()
      guard[Symbol.dispose]()
      held.unlock()
      expect(await waits).toBe(false)
      using free = mutex.tryLock()
      expect(free?.isHeld).toBe(true)
    }),
  )

  test(
    "mutex: a handle that is dropped stays for who holds or waits by it",
    within(async (thread) => {
      const mutex = Mutex.create(thread)
      const guard = mutex.lockSync()
      const waits = mutex.lock()
      mutex.drop()
      mutex.drop()
      expect(() => mutex.lockSync()).toThrow(expect.objectContaining({ code: "STALE" }))
      guard.unlock()
      ;(await waits).unlock()
    }),
  )

  test(
    "mutex: a token that is stale, forged, or of another kind",
    within(async (thread) => {
      const mutex = Mutex.create(thread)
      const token = mutex.share()
      // @ts-expect-error: the token of a mutex
      expect(() => Semaphore.open(thread, token)).toThrow(TypeError)
      const forged: SharedObjectToken = { ...token, kind: "outlive-semaphore" }
      expect(() => Semaphore.open(thread, forged)).toThrow(expect.objectContaining({ code: "STALE" }))
      expect(() => Mutex.open(thread, { ...token, address: token.address + 4 })).toThrow(
        expect.objectContaining({ code: "STALE" }),
      )
      expect(() => Mutex.open(thread, { ...token, heap: token.heap + 1 })).toThrow(
        expect.objectContaining({ code: "FOREIGN" }),
      )
      mutex.drop()
      expect(() => Mutex.open(thread, token)).toThrow(expect.objectContaining({ code: "STALE" }))
    }),
  )

  test(
    "mutex: a thread that leaves while a promise waits, and one that holds",
    within(async (thread, other) => {
      using mutex = Mutex.create(thread)
      const leaver = other()
      const theirs = Mutex.open(leaver, mutex.share())
      const guard = mutex.lockSync()
      const waits = theirs.lock()
      leaver.detach()
      await expect(waits).rejects.toMatchObject({ code: "DETACHED" })
      theirs.drop()
      const held = `Cannot detach thread "main": it holds object 0x${mutex.address.toString(16)}`
      expect(() => thread.detach()).toThrow(expect.objectContaining({ code: "HELD", message: held }))
      guard.unlock()
    }),
  )

  test(
    "semaphore: permits are counted, waited for, and not more than there may be",
    within(async (thread) => {
      using slots = Semaphore.create(thread, { permits: 2, most: 3 })
      const first = slots.acquireSync()
      expect(slots.tryTake()).toBe(true)
      expect(slots.tryTake()).toBe(false)
      expect(slots.takeSync({ timeoutMs: 0 })).toBe(false)
      const both = slots.acquire({ count: 2 })
      const one = slots.acquire()
      first.release()
      first.release()
      expect((await one).count).toBe(1)
      slots.release()
      slots.release()
      expect((await both)?.count).toBe(2)
      ;(await both)?.release()
      ;(await one).release()
      expect(() => slots.release()).toThrow(expect.objectContaining({ code: "OVERFLOW" }))
      expect(slots.available).toBe(3)
      expect(() => slots.tryTake(0)).toThrow(RangeError)
    }),
  )

  test(
    "semaphore: to take more permits than there can ever be is refused at once, in every way, also through an opened handle",
    within(async (thread, other) => {
      using slots = Semaphore.create(thread, { permits: 2, most: 2 })
      using theirs = Semaphore.open(other(), slots.share())
      const refused = /Cannot use 3 as the permits to take from this semaphore: a whole number from 1 to 2 is needed/
      for (const handle of [slots, theirs]) {
        expect(() => handle.tryTake(3)).toThrow(refused)
        expect(() => handle.takeSync({ count: 3 })).toThrow(refused)
        expect(() => handle.acquireSync({ count: 3 })).toThrow(refused)
        await expect(handle.take({ count: 3 })).rejects.toThrow(refused)
        await expect(handle.acquire({ count: 3 })).rejects.toThrow(refused)
      }
      expect(() => slots.release(3)).toThrow(expect.objectContaining({ code: "OVERFLOW" }))
      using both = slots.acquireSync({ count: 2 })
      expect([both?.count, slots.available]).toEqual([2, 0])
    }),
  )

  test(
    "semaphore: a waiter that is aborted after it was rung passes the ring on",
    within(async (thread) => {
      using slots = Semaphore.create(thread, { permits: 0 })
      const abort = new AbortController()
      const aborted = slots.take({ signal: abort.signal })
      const patient = slots.take()
      slots.release()
      abort.abort()
      await expect(aborted).rejects.toMatchObject({ name: "AbortError" })
      expect(await patient).toBe(true)
    }),
  )

  test(
    "semaphore: permits are good after the handle was dropped, also while they were waited for",
    within(async (thread, other) => {
      using theirs = Semaphore.create(other(), { permits: 1 })
      const slots = Semaphore.open(thread, theirs.share())
      const [held, waits] = [slots.acquireSync(), slots.acquire()]
      slots.drop()
      held.release()
      ;(await waits).release()
      expect(theirs.available).toBe(1)
    }),
  )

  test(
    "event: a manual one releases all that waited, though it is reset at once",
    within(async (thread) => {
      using event = Event.create(thread)
      const waits = [event.wait(), event.wait()]
      expect(event.set()).toBe(true)
      expect(event.set()).toBe(false)
      expect(event.reset()).toBe(true)
      expect(await Promise.all(waits)).toEqual(["set", "set"])
      expect(event.waitSync({ timeoutMs: 1 })).toBe("timed-out")
    }),
  )

  test(
    "event: an automatic one releases one",
    within(async (thread) => {
      using event = Event.create(thread, { mode: "auto" })
      const { signal, abort } = abortable()
      const waits = [event.wait({ signal }), event.wait({ signal })]
      event.set()
      expect(await Promise.race(waits)).toBe("set")
      abort()
      const ends = await Promise.allSettled(waits)
      expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"])
      expect(event.set()).toBe(true)
      expect(event.set()).toBe(false)
      expect(event.isSet).toBe(true)
      expect(event.waitSync()).toBe("set")
      expect(event.isSet).toBe(false)
    }),
  )

  test(
    "latch: opens once, for all",
    within(async (thread) => {
      using latch = Latch.create(thread, 3)
      const waits = [latch.wait(), latch.wait()]
      expect(latch.countDown()).toBe(2)
      expect(latch.waitSync({ timeoutMs: 0 })).toBe("timed-out")
      expect(latch.countDown(5)).toBe(0)
      expect(latch.countDown()).toBe(0)
      expect(await Promise.all(waits)).toEqual(["open", "open"])
      expect(latch.waitSync()).toBe("open")
    }),
  )

  test(
    "barrier: turns, and an arrival that is taken back",
    within(async (thread) => {
      using barrier = Barrier.create(thread, 2)
      expect(barrier.waitSync({ timeoutMs: 1 })).toBe("timed-out")
      for (let turn = 0; turn < 3; turn++) {
        const waits = barrier.wait()
        expect(barrier.waitSync()).toBe("last")
        expect(await waits).toBe("released")
      }
      const abort = new AbortController()
      const aborted = barrier.wait({ signal: abort.signal })
      abort.abort()
      await expect(aborted).rejects.toMatchObject({ name: "AbortError" })
      expect(barrier.arrive()).toBe("arrived")
      expect(barrier.arrive()).toBe("last")
    }),
  )

  test(
    "condition: the mutex is given back meanwhile, and held again in any case",
    within(async (thread) => {
      using mutex = Mutex.create(thread)
      using changed = Condition.create(thread)
      const queue: number[] = []
      const take = async () => {
        using guard = await mutex.lock()
        await changed.waitFor(guard, () => queue.length > 0)
        return queue.shift()
      }
      const taken = [take(), take()]
      await later()
      for (const n of [1, 2]) {
        using _ = await mutex.lock()
        queue.push(n)
        changed.notifyOne()
      }
      expect((await Promise.all(taken)).sort()).toEqual([1, 2])
      const guard = await mutex.lock()
      expect(changed.waitSync(guard, { timeoutMs: 1 })).toBe("timed-out")
      expect(guard.isHeld).toBe(true)
      const abort = new AbortController()
      const aborted = changed.wait(guard, { signal: abort.signal })
      abort.abort()
      await expect(aborted).rejects.toMatchObject({ name: "AbortError" })
      expect(guard.isHeld).toBe(true)
      guard.unlock()
      expect(() => changed.waitSync(guard)).toThrow(expect.objectContaining({ code: "NOT_HELD" }))
    }),
  )

  test(
    "once: one does it; if it fails, the next one",
    within(async (thread) => {
      using once = Once.create(thread)
      expect(() =>
        once.runSync(() => {
          throw new Error("not this time")
        }),
      ).toThrow("not this time")
      let ran = 0
      const all = [1, 2, 3].map(() => once.run(async () => (await later(), void ran++)))
      expect((await Promise.all(all)).sort()).toEqual(["done", "done", "ran"])
      expect(once.runSync(() => void ran++)).toBe("done")
      expect([ran, once.isDone]).toEqual([1, true])
    }),
  )

  test(
    "rwlock: readers together, a writer alone, and first",
    within(async (thread, other) => {
      using lock = RwLock.create(thread)
      using theirs = RwLock.open(other(), lock.share())
      const reading = [lock.readSync(), lock.readSync(), theirs.readSync()]
      expect(lock.tryWrite()).toBeUndefined()
      expect(() => lock.writeSync()).toThrow(expect.objectContaining({ code: "SELF_DEADLOCK" }))
      expect(await lock.write({ timeoutMs: 1 })).toBeUndefined()
      const writes = theirs.write()
      await later()
      expect(theirs.tryRead()).toBeUndefined()
      const reads = lock.read()
      for (const guard of reading) guard.unlock()
      const writing = await writes
      expect(() => lock.readSync()).toThrow(expect.objectContaining({ code: "SELF_DEADLOCK" }))
      expect(lock.tryRead()).toBeUndefined()
      writing.unlock()
      ;(await reads).unlock()
      using again = lock.writeSync()
      expect(again.isHeld).toBe(true)
    }),
  )

  test(
    "rwlock: handles of one thread on one lock read as one thread",
    within(async (thread) => {
      using lock = RwLock.create(thread)
      const second = RwLock.open(thread, lock.share())
      const reading = [lock.readSync(), second.readSync()]
      second.drop()
      reading[0]!.unlock()
      expect(lock.tryWrite()).toBeUndefined()
      const writes = lock.write()
      reading[1]!.unlock()
      ;(await writes).unlock()
    }),
  )

  test(
    "condition: a guard of another thread is refused",
    within((thread, other) => {
      using changed = Condition.create(thread)
      const theirs = other()
      using mutex = Mutex.create(theirs)
      using guard = mutex.lockSync()
      expect(() => changed.waitSync(guard)).toThrow(expect.objectContaining({ code: "FOREIGN" }))
      expect(guard.isHeld).toBe(true)
    }),
  )

  test(
    "rwlock: who would sleep for what its own promise to write has is told so, and to await it comes to an end",
    within(async (thread, other) => {
      using lock = RwLock.create(thread)
      using theirs = RwLock.open(other(), lock.share())
      const reading = theirs.readSync()
      const writing = lock.write()
      const told = expect.objectContaining({
        code: "SELF_DEADLOCK",
        message: expect.stringContaining("which its own promise to write has while it waits for readers"),
      })
      expect(() => lock.readSync()).toThrow(told)
      expect(() => lock.writeSync()).toThrow(told)
      const reader = lock.read()
      reading.unlock()
      ;(await writing).unlock()
      ;(await reader).unlock()
      using _ = lock.writeSync()
      expect(() => lock.readSync()).toThrow(/which it has itself: give it back first/)
    }),
  )

  test(
    "rwlock: a writer that gives up lets readers in",
    within(async (thread) => {
      using lock = RwLock.create(thread)
      const reading = lock.readSync()
      const abort = new AbortController()
      const writes = lock.write({ signal: abort.signal })
      const reads = lock.read()
      abort.abort()
      await expect(writes).rejects.toMatchObject({ name: "AbortError" })
      ;(await reads).unlock()
      reading.unlock()
      using writing = lock.tryWrite()
      expect(writing?.isHeld).toBe(true)
    }),
  )
})

test("a generator does nothing once: whoever gives one is told, and the next one does it", async () => {
  const { thread } = world({ objects: 1 })
  using once = Once.create(thread)
  await expect(once.run(function* () {} as never)).rejects.toThrow(/^Cannot use a function as what is done once/)
  expect([once.isDone, await once.run(() => undefined), once.isDone]).toEqual([false, "ran", true])
})
