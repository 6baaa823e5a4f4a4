/**
 * An event loop that is busy keeps no other thread's promise waiting: what is given back rings every thread in which promises wait. Two
 * seats of one thread stand for two threads: whether each was rung stands in its record.
 */
import type { EngineFactory } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { Mutex, Semaphore } from "@outlive/sync"
import { expect, test } from "vitest"
import { buildTwin } from "../faults/twin.js"
import { world } from "../unit/world.js"

/** How many of two threads are rung when what their promises wait for is given back, once by a mutex, once by a semaphore. */
async function rung(factory?: EngineFactory): Promise<number[]> {
  const options = factory ? ({ engine: "js", flavour: "checked", substitute: { factory } } as const) : {}
  const { heap, thread } = world({ objects: 16, threads: 4, ...options })
  const [a, b] = [heap.attach({ name: "a" }), heap.attach({ name: "b" })]
  const bells = () => [a, b].map(({ record }) => heap.word(record + layout.Thread.doorbell))
  const during = async (wait: (seat: typeof a) => Promise<unknown>, giveBack: () => void) => {
    const waits = [a, b].map(wait)
    await Promise.resolve()
    const before = bells()
    giveBack()
    const after = bells()
    await Promise.all(waits)
    return after.filter((bell, i) => bell !== before[i]).length
  }
  using semaphore = Semaphore.create(thread, { permits: 0 })
  using mutex = Mutex.create(thread)
  const guard = mutex.lockSync()
  return [
    await during(
      (seat) => Semaphore.open(seat, semaphore.share()).take(),
      () => semaphore.release(2),
    ),
    await during(
      async (seat) => (await Mutex.open(seat, mutex.share()).lock()).unlock(),
      () => guard.unlock(),
    ),
  ]
}

test("all threads in which promises wait are rung", async () => {
  expect(await rung()).toEqual([2, 2])
})

test("and it is noticed when one of them is", async () => {
  const twin = await buildTwin({
    id: "UB1",
    sentence: "one thread in which promises wait is rung",
    file: "sync/waiters.ts",
    from: "  for (let index = 0; index < words; index++) ringWord(object, SyncObject.promises, index)\n}\n",
    to: "  if (words > 0) ringOne(object, SyncObject.promises)\n}\n",
  })
  try {
    const { instantiate } = (await import(twin.url)) as { instantiate: EngineFactory }
    expect(await rung(instantiate)).toEqual([1, 1])
  } finally {
    twin.remove()
  }
})
