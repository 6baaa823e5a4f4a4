/** Tokens that carry a reference: taken once, or taken back, or given up with a sender that died; named until then. */
import { Reservation, SyncFile, Syncobj, type TransferToken } from "@outlive/core"
import { Channel, Mutex } from "@outlive/sync"
import { expect, test } from "vitest"
import { world } from "../unit/world.js"

const taken = expect.objectContaining({ code: "ALREADY_TAKEN" })

test("a fence whose handle ends when its token is posted is alive where it arrives, and is taken once", () => {
  const { heap, thread, timeline } = world({ objects: 4 })
  const other = heap.attach({ name: "other" })
  const fence = timeline.fence()
  const token = structuredClone(fence.transfer())
  expect(() => fence.address).toThrow(expect.objectContaining({ code: "STALE" }))
  expect(heap.accounts().transfers).toEqual(['a fence, by thread "main"'])
  thread.barrier()
  const theirs = other.open(token)
  expect(theirs.hasSignaled()).toBe(false)
  expect(heap.accounts().transfers).toEqual([])
  for (const seat of [other, thread]) expect(() => seat.open(token)).toThrow(taken)
  expect(thread.cancelTransfer(token)).toBe(false)
  theirs.signal()
  theirs.drop()
  thread.barrier()
  expect(heap.accounts()).toMatchObject({ fences: { inUse: 0 }, objects: { inUse: 0 }, balanced: true })
})

test("what nobody takes is taken back, and cannot be taken afterwards", () => {
  const { heap, thread, timeline } = world({ objects: 4 })
  const token = timeline.fence().transfer()
  expect(thread.cancelTransfer(token)).toBe(true)
  expect(thread.cancelTransfer(token)).toBe(false)
  expect(() => thread.open(token)).toThrow(taken)
  thread.barrier()
  expect(heap.accounts()).toMatchObject({ fences: { inUse: 0 }, objects: { inUse: 0 } })
})

test("what a thread that died had sent is given up with it; of one that left it can be taken", () => {
  const { heap, thread, timeline } = world({ objects: 4, threads: 4 })
  using fence = timeline.fence()
  const [dies, leaves] = [heap.attach({ name: "dies" }), heap.attach({ name: "leaves" })]
  const [lost, left] = [dies.open(fence.share()).transfer(), leaves.open(fence.share()).transfer()]
  leaves.detach()
  thread.reclaim(heap.threads().find(({ name }) => name === "dies")!)
  expect(() => thread.open(lost)).toThrow(taken)
  expect(heap.accounts().transfers).toHaveLength(1)
  thread.open(left).drop()
  thread.barrier()
  expect(heap.accounts()).toMatchObject({ transfers: [], objects: { inUse: 0 } })
})

test("of objects and primitives too; one that is in use stays with whoever uses it", async () => {
  const { heap, thread, timeline } = world({ objects: 16, lists: 8 })
  using fence = timeline.fence()
  const tokens: readonly [TransferToken, { open(seat: typeof thread, token: TransferToken): { drop(): void } }][] = [
    [Reservation.create(thread).transfer(), Reservation],
    [SyncFile.create(thread, fence).transfer(), SyncFile],
    [Syncobj.create(thread).transfer(), Syncobj],
    [Channel.create(thread, { bytes: 96 }).transfer(), Channel],
  ]
  expect(heap.accounts().transfers[3]).toBe('a channel, by thread "main"')
  for (const [token, Class] of tokens) {
    Class.open(thread, token).drop()
    expect(() => Class.open(thread, token)).toThrow(taken)
  }
  const mutex = Mutex.create(thread)
  const guard = mutex.lockSync()
  const theirs = Mutex.open(thread, mutex.transfer())
  expect(theirs.tryLock()).toBeUndefined()
  const waits = theirs.lock()
  guard.unlock()
  ;(await waits).unlock()
  theirs.drop()
  thread.barrier()
  expect(heap.accounts().objects.inUse).toBe(0)
})

test("a token opens what it is of, and no other; a heap without room leaves the handle as it was", () => {
  const { heap, thread, timeline } = world({ objects: 1 })
  const fence = timeline.fence()
  const token = fence.transfer()
  // @ts-expect-error: the token of a fence
  expect(() => Mutex.open(thread, token)).toThrow(TypeError)
  expect(() => Mutex.open(thread, { ...token, kind: "outlive-mutex" } as never)).toThrow(taken)
  expect(() => thread.cancelTransfer({ ...token, isTransfer: false } as never)).toThrow(TypeError)
  expect(() => thread.cancelTransfer({ ...token, heap: 1 })).toThrow(expect.objectContaining({ code: "FOREIGN" }))
  const second = timeline.fence()
  expect(() => second.transfer()).toThrow(expect.objectContaining({ code: "FULL" }))
  second.signal()
  second.drop()
  thread.open(token).drop()
  thread.barrier()
  expect(heap.accounts()).toMatchObject({ fences: { inUse: 0 }, objects: { inUse: 0 } })
})
