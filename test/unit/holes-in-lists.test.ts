/** A list with a hole is refused as one with `undefined` is, and a list that changes while it is read is read once: no address 0 reaches the engine. */
import {
  AcquireContext,
  Entity,
  type Fence,
  FenceArray,
  Reservation,
  Scheduler,
  Syncobj,
  SyncobjTable,
  merge,
  waitAll,
  waitAllSync,
  waitAny,
  waitAnySync,
} from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

/** A list that was made for two and filled with one. */
function holed<T>(one: T): T[] {
  const list = [one]
  list.length = 2
  return list
}

/** A list whose second element is another at each look after the first. */
function shifting<T>(first: T, second: T, later: unknown): T[] {
  const list = [first, second]
  let looks = 0
  Object.defineProperty(list, 1, { enumerable: true, get: () => (looks++ === 0 ? second : later) })
  return list
}

async function refusal(body: () => unknown): Promise<unknown> {
  try {
    await body()
  } catch (error) {
    return error
  }
  return undefined
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  function outfit() {
    const w = world(build)
    const { thread, timeline } = w
    const fence = timeline.fence()
    const scheduler = Scheduler.create(thread)
    const entity = scheduler.entity()
    const syncobj = Syncobj.create(thread, { signaled: true })
    const reservation = Reservation.create(thread)
    const table = new SyncobjTable(thread)
    const handle = table.create({ signaled: true })
    return {
      ...w,
      entity,
      fence,
      handle,
      reservation,
      scheduler,
      syncobj,
      table,
      close() {
        fence.signal()
        entity.close()
        scheduler.close()
        for (const one of [fence, entity, scheduler, syncobj, reservation]) one.drop()
        table.close()
        w.close()
        expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 } })
      },
    }
  }
  type Outfit = ReturnType<typeof outfit>

  /** Each makes of one good element a list, and gives it to what takes lists. */
  const TAKERS: readonly [string, (o: Outfit, list: <T>(one: T) => T[]) => unknown][] = [
    ["waitAny", ({ fence }, list) => waitAny(list(fence), { timeoutMs: 0 })],
    ["waitAnySync", ({ fence }, list) => waitAnySync(list(fence), { timeoutMs: 0 })],
    ["waitAll", ({ fence }, list) => waitAll(list(fence), { timeoutMs: 0 })],
    ["waitAllSync", ({ fence }, list) => waitAllSync(list(fence), { timeoutMs: 0 })],
    ["FenceArray.create", ({ fence, thread }, list) => FenceArray.create(thread, list(fence))],
    ["Entity.create", ({ scheduler, thread }, list) => Entity.create(thread, list(scheduler))],
    ["modifySchedulers", ({ entity, scheduler }, list) => entity.modifySchedulers(list(scheduler))],
    ["submit", ({ entity, fence }, list) => entity.submit({ dependencies: list(fence) })],
    ["Syncobj.waitSync", ({ syncobj }, list) => Syncobj.waitSync(list({ syncobj }), { timeoutMs: 0 })],
    ["Syncobj.wait", ({ syncobj }, list) => Syncobj.wait(list({ syncobj }), { timeoutMs: 0 })],
    ["table.reset", ({ handle, table }, list) => table.reset(list(handle))],
    ["table.signal", ({ handle, table }, list) => table.signal(list(handle))],
    ["table.signal points", ({ handle, table }, list) => table.signal([handle, handle], list(1n))],
    ["table.query", ({ handle, table }, list) => table.query(list(handle))],
    ["table.queryErrors", ({ handle, table }, list) => table.queryErrors(list(handle))],
    ["table.waitSync", ({ handle, table }, list) => table.waitSync(list(handle), { timeoutMs: 0 })],
    ["table.wait", ({ handle, table }, list) => table.wait(list(handle), { timeoutMs: 0 })],
    [
      "table.waitSync points",
      ({ handle, table }, list) => table.waitSync([handle, handle], { points: list(0n), timeoutMs: 0 }),
    ],
    ["locked", ({ reservation, thread }, list) => AcquireContext.locked(thread, list(reservation), () => {})],
    ["attach", ({ heap, mock }, list) => heap.attach({ modules: list(mock) })],
  ]

  test.each(TAKERS)("%s refuses a hole as it refuses undefined", async (_, take) => {
    const o = outfit()
    const { heap } = o
    const expected = await refusal(() => take(o, (one) => [one, undefined as never]))
    expect(expected).toBeInstanceOf(Error)
    expect((expected as Error).message).toMatch(/undefined/)
    expect(await refusal(() => take(o, holed))).toEqual(expected)
    expect(heap.check()).toEqual([])
    expect(heap.threads()).toHaveLength(1)
    o.close()
  })

  test("what was checked is what is used, though the list says something else at its next look", async () => {
    const o = outfit()
    const { entity, fence, heap, reservation, scheduler, syncobj, table, thread, timeline } = o
    const stranger = heap.attach({ name: "stranger" })
    const theirs = stranger.open(fence.share())
    using second = timeline.fence()
    expect(waitAnySync(shifting(fence, second, undefined), { timeoutMs: 0 })).toEqual({ outcome: "timed-out" })
    expect(await waitAny(shifting(fence, second, theirs), { timeoutMs: 0 })).toEqual({ outcome: "timed-out" })
    expect(await waitAll(shifting(fence, second, 7), { timeoutMs: 0 })).toBe("timed-out")
    for (const made of [
      FenceArray.create(thread, shifting<Fence>(fence, second, theirs)),
      merge(thread, shifting<Fence>(fence, second, theirs)),
    ])
      made.drop()
    entity.modifySchedulers(shifting(scheduler, scheduler, undefined))
    Entity.create(thread, shifting(scheduler, scheduler, undefined)).drop()
    expect(Syncobj.waitSync(shifting({ syncobj }, { syncobj }, undefined), { all: true })).toBe(0)
    using other = Reservation.create(thread)
    AcquireContext.locked(thread, shifting(reservation, other, undefined), () => {})
    const handles = [table.create({ signaled: true }), table.create({ signaled: true })] as const
    expect(table.query(shifting(...handles, undefined))).toEqual([0n, 0n])
    expect(table.waitSync(shifting(...handles, 99))).toBe(0)
    second.signal()
    fence.signal()
    expect(waitAllSync(shifting(fence, second, undefined))).toBe("signaled")
    theirs.drop()
    stranger.detach()
    expect(heap.check()).toEqual([])
    second.drop()
    other.drop()
    o.close()
  })
})
