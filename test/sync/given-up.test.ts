/** What is given up, dropped or aborted while it is waited for: nothing is lost with it. */
import { Barrier, Condition, Mutex, Once, RwLock, Semaphore } from "@outlive/sync"
import { expect, test } from "vitest"
import { world } from "../unit/world.js"

/** The map of threads in which promises wait, in an object. */
const PROMISES = 64
const bitsOf = (word: number) => word.toString(2).replaceAll("0", "").length

const later = () => new Promise((resolve) => setTimeout(resolve, 5))

test("permits are given back, and had, although the handle was dropped, and whatever became of the options", async () => {
  const { thread } = world({ objects: 16 })
  using watched = Semaphore.create(thread, { permits: 2 })
  const dropped = Semaphore.open(thread, watched.share())
  const options = { count: 2 }
  const both = dropped.acquireSync(options)!
  const waits = dropped.acquire(options)
  options.count = 1
  dropped.drop()
  both.release()
  ;(await waits)!.release()
  expect(watched.available).toBe(2)
})

test("an abort after the last party came: the arrival counts, and is not refused", async () => {
  const { thread } = world({ objects: 16 })
  using phase = Barrier.create(thread, 2)
  const abort = new AbortController()
  const waits = phase.wait({ signal: abort.signal })
  expect(phase.waitSync()).toBe("last")
  abort.abort()
  expect(await waits).toBe("released")
})

test("a notification that was given to one that aborts goes to another, though a third came later", async () => {
  const { heap, thread } = world({ objects: 16 })
  using mutex = Mutex.create(thread)
  using changed = Condition.create(thread)
  const task = (signal?: AbortSignal) => {
    const seat = heap.attach()
    const [own, condition] = [Mutex.open(seat, mutex.share()), Condition.open(seat, changed.share())]
    return async () => {
      const guard = await own.lock()
      try {
        return await condition.wait(guard, { signal, timeoutMs: 1000 })
      } finally {
        guard.unlock()
      }
    }
  }
  const abort = new AbortController()
  const [a, c, b] = [task(abort.signal), task(), task()]
  const [aborted, waited] = [a(), b()]
  // Until both hang there: a bit for each of their threads.
  while (bitsOf(heap.word(changed.address + PROMISES)) < 2) await later()
  changed.notifyOne()
  void c()
  await Promise.resolve()
  abort.abort()
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" })
  expect(await waited).toBe("notified")
})

test("condition: a guard that is disposed of meanwhile has nothing afterwards; a dropped mutex stays; foreign guards and promises are refused", async () => {
  const { heap, thread } = world({ objects: 16 })
  const mutex = Mutex.create(thread)
  using changed = Condition.create(thread)
  const guard = await mutex.lock()
  const waits = changed.wait(guard)
  guard[Symbol.dispose]()
  changed.notifyAll()
  expect(await waits).toBe("notified")
  using theirs = Mutex.open(heap.attach(), mutex.share())
  const foreign = theirs.lockSync()
  expect(() => changed.waitSync(foreign)).toThrow(expect.objectContaining({ code: "FOREIGN" }))
  foreign.unlock()
  guard.lockSync()
  mutex.drop()
  expect(changed.waitSync(guard, { timeoutMs: 1 })).toBe("timed-out")
  expect(guard.isHeld).toBe(true)
  expect(() => changed.waitForSync(guard, (async () => true) as never)).toThrow(TypeError)
  guard.unlock()
  expect(() => changed.waitForSync(guard, () => true)).toThrow(expect.objectContaining({ code: "NOT_HELD" }))
})

test("once: an async body is refused where nobody would wait for it", () => {
  const { thread } = world({ objects: 16 })
  using once = Once.create(thread)
  expect(() => once.runSync(async () => {})).toThrow(TypeError)
  expect(once.isDone).toBe(false)
})

test("rwlock: who leaves while a promise of it waits for readers leaves the lock as it was", async () => {
  const { heap, thread } = world({ objects: 16 })
  using lock = RwLock.create(thread)
  const leaver = heap.attach()
  const theirs = RwLock.open(leaver, lock.share())
  const reading = lock.readSync()
  const writes = theirs.write()
  leaver.detach()
  await expect(writes).rejects.toMatchObject({ code: "DETACHED" })
  reading.unlock()
  const writing = lock.writeSync()
  expect(writing.ownerDied).toBe(false)
  writing.unlock()
})

test("rwlock: who would sleep until another seat of its own JavaScript thread reads no more is told, and leaves the lock as it was", async () => {
  const { heap, thread } = world({ objects: 16 })
  using lock = RwLock.create(thread)
  const theirs = RwLock.open(heap.attach({ name: "beside" }), lock.share())
  const reading = lock.readSync()
  for (const options of [{}, { timeoutMs: 1 }])
    expect(() => theirs.writeSync(options)).toThrow(
      /"beside" waits for the end of a read of rwlock .*'s: both are seats of one JavaScript thread/,
    )
  lock.tryRead()!.unlock()
  const writing = theirs.write()
  reading.unlock()
  expect((await writing).ownerDied).toBe(false)
  ;(await writing).unlock()
  theirs.writeSync().unlock()
  theirs.drop()
})

test("rwlock: a writer's death is told, though the next one died while it waited for readers", async () => {
  const { heap, thread } = world({ objects: 16, threads: 4 })
  using lock = RwLock.create(thread)
  const open = (name: string) => RwLock.open(heap.attach({ name }), lock.share())
  const [first, second] = [open("first"), open("second")]
  // They are not dead, but say so of them: they do nothing any more.
  const reclaim = (name: string) => thread.reclaim(heap.threads().find((info) => info.name === name)!)
  first.writeSync()
  expect(reclaim("first")).toBe(true)
  const reading = lock.readSync()
  expect(reading.ownerDied).toBe(true)
  second.write().catch(() => {})
  await later()
  expect(reclaim("second")).toBe(true)
  reading.unlock()
  const writing = lock.writeSync()
  expect(writing.ownerDied).toBe(true)
  writing.unlock()
})
