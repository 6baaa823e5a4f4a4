/** Many promises of one thread wait for one thing: at each ring those look that can go on, and one more; all are served, in their turn. */
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

test("and the count is noticed where all of them look: writers, of whom one may have the word already", async () => {
  const { looked, thread } = counting()
  using lock = RwLock.create(thread)
  const guard = lock.writeSync()
  const all = Array.from({ length: MANY }, async () => (await lock.write()).unlock())
  guard.unlock()
  await Promise.all(all)
  expect(looked.times).toBeGreaterThan(20 * MANY)
})
