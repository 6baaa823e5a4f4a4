/** What the compiler knows of what is received, of waits that no time-out ends, and of tokens. That this compiles is the test. */
import type { Fence, SharedObjectToken } from "@outlive/core"
import { BYTES, Cell, Channel, FenceChannel, Mutex, type MutexGuard, RwLock, Semaphore } from "@outlive/sync"
import { expect, test } from "vitest"
import { world } from "../unit/world.js"

const { signal } = new AbortController()

test("what is received is a copy in a buffer that can be posted away", async () => {
  const { thread, close } = world({ objects: 4, lists: 128 })
  const channel = Channel.create(thread)
  for (let i = 0; i < 3; i++) channel.sendSync(Uint8Array.of(1, 2, i))
  channel.close()
  const first: Uint8Array<ArrayBuffer> | "closed" = channel.receiveSync()
  if (first === "closed") throw new Error("it was sent")
  const { buffer }: { buffer: ArrayBuffer } = structuredClone(first, { transfer: [first.buffer] })
  expect(buffer.byteLength).toBe(3)
  const second: Uint8Array<ArrayBuffer> | "closed" = await channel.receive({ signal })
  expect(second).toHaveLength(3)
  for await (const bytes of channel) expect(new Blob([bytes]).size).toBe(3)
  const cell = Cell.create(thread, Uint8Array.of(1), { codec: BYTES })
  expect(new Blob([cell.read((bytes) => bytes)]).size).toBe(1)
  const lent: Uint8Array = new Uint8Array(new SharedArrayBuffer(2))
  cell.set(lent)
  const opened = Cell.open(thread, cell.share(), { codec: BYTES })
  const kept: Uint8Array<ArrayBuffer> = opened.get()
  expect(new Blob([kept, cell.get()]).size).toBe(4)
  const asBefore: Cell<Uint8Array> = cell
  asBefore.update((bytes) => bytes.subarray(1))
  expect(cell.get()).toHaveLength(1)
  for (const made of [channel, cell, opened]) made.drop()
  close()
})

test("only a time-out makes a wait come to nothing", async () => {
  const { thread, close } = world({ objects: 8 })
  using mutex = Mutex.create(thread)
  const guard: MutexGuard = await mutex.lock({ signal })
  // @ts-expect-error: the time may be up
  const late: MutexGuard = await mutex.lock({ timeoutMs: 0, signal })
  expect(late).toBeUndefined()
  guard.unlock()
  using lock = RwLock.create(thread)
  ;(await lock.read({ signal })).unlock()
  ;(await lock.write({ signal })).unlock()
  using slots = Semaphore.create(thread, { permits: 2 })
  ;(await slots.acquire({ count: 2, signal })).release()
  slots.acquireSync({ count: 2 }).release()
  // @ts-expect-error: the time may be up
  slots.acquireSync({ timeoutMs: 1 }).release()
  using fences = FenceChannel.create(thread)
  fences.close()
  const fence: Fence | "closed" = await fences.receive({ signal })
  expect(fence).toBe("closed")
  close()
})

test("a token is of its kind, unless it was kept as one of any", () => {
  const { thread, close } = world({ objects: 4 })
  using mutex = Mutex.create(thread)
  using cell = Cell.create(thread, { volume: 3 })
  const own: SharedObjectToken<Mutex> = mutex.share()
  const any: SharedObjectToken = own
  for (const token of [own, any]) Mutex.open(thread, token).drop()
  // @ts-expect-error: a mutex is no channel
  expect(() => Channel.open(thread, own)).toThrow(TypeError)
  expect(() => Channel.open(thread, any)).toThrow(TypeError)
  // @ts-expect-error: also by a token that carries a reference
  expect(() => Channel.open(thread, mutex.transfer())).toThrow(TypeError)
  using opened = Cell.open<{ volume: number }>(thread, cell.share())
  expect(opened.get().volume).toBe(3)
  close()
})
