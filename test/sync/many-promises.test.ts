/** Many promises of one thread wait for one thing: at each ring those look that can go on, and one more; all are served, in their turn. */
import { setMaxListeners } from "node:events"
import { type EngineFactory, releaseEngine } from "@outlive/core/engine-js"
import { Channel, Mutex, RwLock, Semaphore } from "@outlive/sync"
import { expect, test } from "vitest"
import { world } from "../unit/world.js"

const MANY = 200

/** The engine, and how often one that waits has looked. */
function counting() {
  const looked = { times: 0 }
  const factory = ((...parameters: Parameters<EngineFactory>) => {
    const { exports } = releaseEngine(...parameters)
    const counted = Object.entries(exports).map(([name, body]) => [
      name,
      name.startsWith("await")
        ? (...given: unknown[]) => (looked.times++, (body as (...given: unknown[]) => unknown)(...given))
        : body,
    ])
    return { exports: Object.fromEntries(counted) as typeof exports }
  }) as EngineFactory
  return { looked, ...world({ engine: "js", objects: 8, lists: 8, substitute: { factory } }) }
}

test("a mutex: in the order in which they came", async () => {
  const { looked, thread } = counting()
  using mutex = Mutex.create(thread)
  const guard = mutex.lockSync()
  const order: number[] = []
  const all = Array.from({ length: MANY }, async (_, i) => {
    const own = await mutex.lock()
    order.push(i)
    await undefined
    own.unlock()
  })
  guard.unlock()
  await Promise.all(all)
  expect(order).toEqual(Array.from({ length: MANY }, (_, i) => i))
  expect(looked.times).toBeLessThan(5 * MANY)
})

test("permits of several counts, and messages: nobody waits for ever behind another", async () => {
  const { looked, thread } = counting()
  using slots = Semaphore.create(thread, { permits: 0, most: 4 })
  const taken = Array.from({ length: MANY }, async (_, i) => {
    const permits = await slots.acquire({ count: 1 + (i % 3) })
    await undefined
    permits!.release()
  })
  slots.release(4)
  await Promise.all(taken)
  using channel = Channel.create(thread, { bytes: 48 })
  const received = Array.from({ length: MANY }, () => channel.receive())
  for (let n = 0; n < MANY; n++) await channel.send(Uint8Array.of(n))
  expect((await Promise.all(received)).map((bytes) => (typeof bytes === "string" ? bytes : bytes[0]))).toEqual(
    Array.from({ length: MANY }, (_, i) => i & 255),
  )
  expect(looked.times).toBeLessThan(20 * MANY)
})

test("writers: in the order in which they came, when the readers have gone", async () => {
  const { looked, heap, thread } = counting()
  const other = heap.attach({ name: "reader" })
  using lock = RwLock.create(thread)
  const theirs = RwLock.open(other, lock.share())
  const reading = theirs.readSync()
  const order: number[] = []
  const all = Array.from({ length: MANY }, async (_, i) => {
    const own = await lock.write()
    order.push(i)
    await undefined
    own.unlock()
  })
  // The word is theirs by now, and a reader that comes waits for them.
  expect(theirs.tryRead()).toBeUndefined()
  reading.unlock()
  await Promise.all(all)
  expect(order).toEqual(Array.from({ length: MANY }, (_, i) => i))
  expect(looked.times).toBeLessThan(5 * MANY)
  theirs.drop()
  other.detach()
})

test("a writer that gives up leaves the word to the others of its thread, and the last one gives it back", async () => {
  const { heap, thread } = counting()
  const other = heap.attach({ name: "reader" })
  using lock = RwLock.create(thread)
  const theirs = RwLock.open(other, lock.share())
  const reading = theirs.readSync()
  const [first, second] = [new AbortController(), new AbortController()]
  const gone = lock.write({ signal: first.signal })
  const late = lock.write({ timeoutMs: 0 })
  const next = lock.write()
  first.abort(new Error("the first"))
  await expect(gone).rejects.toThrow("the first")
  expect(await late).toBeUndefined()
  expect(theirs.tryRead()).toBeUndefined()
  reading.unlock()
  const writing = await next
  expect(writing.isHeld).toBe(true)
  writing.unlock()
  const again = theirs.readSync()
  const last = lock.write({ signal: second.signal })
  second.abort(new Error("the last"))
  await expect(last).rejects.toThrow("the last")
  const both = [again, theirs.tryRead()]
  for (const guard of both) guard!.unlock()
  theirs.drop()
  other.detach()
})

test("and the count is noticed where all of them look: each wants another number of permits", async () => {
  const { looked, thread } = counting()
  using slots = Semaphore.create(thread, { permits: 0, most: 2 * MANY })
  const enough = new AbortController()
  setMaxListeners(0, enough.signal)
  const all = Array.from({ length: MANY }, (_, i) => slots.take({ count: MANY + i, signal: enough.signal }))
  for (let n = 0; n < 40; n++) {
    slots.release()
    await new Promise(setImmediate)
  }
  enough.abort(new Error("enough"))
  expect((await Promise.allSettled(all)).every(({ status }) => status === "rejected")).toBe(true)
  expect(looked.times).toBeGreaterThan(20 * MANY)
})
