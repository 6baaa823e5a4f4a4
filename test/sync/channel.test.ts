/** Channels within one thread and between its seats: what is sent is received once, whole and in order; what is closed is told; nothing is lost. */
import type { SharedObjectToken } from "@outlive/core"
import { Channel, FenceChannel } from "@outlive/sync"
import { expect, test } from "vitest"
import { world } from "../unit/world.js"

const bytes = (length: number, first = 0) => Uint8Array.from({ length }, (_, i) => (first + i) & 255)

test("messages of every length come out as they went in, wherever the ring's end is", () => {
  const { thread } = world({ objects: 4, lists: 4 })
  using channel = Channel.create(thread, { bytes: 192 })
  expect(channel.mostBytes).toBe(188)
  for (let length = 0; length <= channel.mostBytes; length++) {
    expect(channel.trySend(bytes(length, length))).toBe("sent")
    expect(channel.tryReceive()).toEqual(bytes(length, length))
  }
  expect(channel.tryReceive()).toBe("empty")
  expect(() => channel.trySend(bytes(189))).toThrow(RangeError)
  expect(() => channel.trySend("text" as never)).toThrow(TypeError)
})

test("also those that do not begin at a word, and those of other views", () => {
  const { thread } = world({ objects: 4, lists: 16 })
  using channel = Channel.create(thread, { bytes: 768 })
  for (const length of [95, 96, 97, 200, 255])
    for (const offset of [0, 1, 2, 3]) {
      const message = bytes(length + offset).subarray(offset)
      expect(channel.trySend(message)).toBe("sent")
      expect(channel.trySend(new DataView(message.buffer, offset, length))).toBe("sent")
      expect([channel.tryReceive(), channel.tryReceive()]).toEqual([message, message])
    }
})

test("in the order of sending, until it is full; another view's bytes are those of its buffer", () => {
  const { thread } = world({ objects: 4, lists: 4 })
  using channel = Channel.create(thread, { bytes: 48 })
  expect(channel.trySend(Int32Array.of(1, -1))).toBe("sent")
  expect(channel.trySend(bytes(4))).toBe("sent")
  for (let n = 0; n < 7; n++) expect(channel.trySend(bytes(0))).toBe("sent")
  expect(channel.trySend(bytes(0))).toBe("full")
  expect(channel.sendSync(bytes(0), { timeoutMs: 1 })).toBe("timed-out")
  expect(channel.tryReceive()).toEqual(Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255))
  expect(channel.trySend(bytes(5))).toBe("sent")
  expect(channel.tryReceive()).toEqual(bytes(4))
})

test("promises wait for a message, and for room; an abort and a time-out take nothing with them", async () => {
  const { heap, thread } = world({ objects: 4, lists: 4 })
  using channel = Channel.create(thread, { bytes: 48 })
  using theirs = Channel.open(heap.attach(), channel.share())
  const abort = new AbortController()
  const [aborted, late, received] = [
    theirs.receive({ signal: abort.signal }),
    theirs.receive({ timeoutMs: 5 }),
    theirs.receive(),
  ]
  abort.abort()
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" })
  expect(await late).toBe("timed-out")
  const given = bytes(44)
  expect(await channel.send(given)).toBe("sent")
  expect(await received).toEqual(given)
  await channel.send(given)
  const waits = channel.send(given)
  given.fill(9)
  expect(await theirs.receive()).toEqual(bytes(44))
  expect(await waits).toBe("sent")
  expect(await theirs.receive()).toEqual(bytes(44))
})

test("after close: who sends, or waits to, is told; receivers have what is there, and then are told", async () => {
  const { heap, thread } = world({ objects: 4, lists: 4 })
  using channel = Channel.create(thread, { bytes: 48 })
  using theirs = Channel.open(heap.attach(), channel.share())
  await channel.send(bytes(44))
  const waits = channel.send(bytes(1))
  expect(theirs.isClosed).toBe(false)
  expect([theirs.close(), theirs.close()]).toEqual([true, false])
  expect(channel.isClosed).toBe(true)
  expect(await waits).toBe("closed")
  expect(channel.trySend(bytes(0))).toBe("closed")
  const seen: number[] = []
  for await (const message of theirs) seen.push(message.length)
  expect(seen).toEqual([44])
  expect([theirs.tryReceive(), theirs.receiveSync(), await theirs.receive()]).toEqual(["closed", "closed", "closed"])
})

test("a fence that is sent carries its reference, and what is never received comes back", async () => {
  const { heap, thread, timeline } = world({ objects: 4, lists: 4 })
  const before = heap.accounts().fences.inUse
  const channel = FenceChannel.create(thread)
  const other = heap.attach()
  const theirs = FenceChannel.open(other, channel.share())
  const fence = timeline.fence()
  expect(channel.trySend(fence)).toBe("sent")
  fence.drop()
  const received = theirs.tryReceive()
  if (typeof received === "string") throw new Error(received)
  expect([received.thread, received.hasSignaled()]).toEqual([other, false])
  received.signal()
  received.drop()
  for (let n = 0; n < 12; n++) {
    using one = timeline.fence()
    await channel.send(one)
  }
  using last = timeline.fence()
  expect(channel.trySend(last)).toBe("full")
  const waits = channel.send(last)
  channel.close()
  expect(await waits).toBe("closed")
  const one = await theirs.receive()
  if (typeof one !== "string") one.drop()
  channel.drop()
  theirs.drop()
  thread.barrier()
  const { fences, lists, objects, balanced } = heap.accounts()
  expect([fences.inUse, lists.inUse, objects.inUse, balanced]).toEqual([before + 1, 0, 0, true])
})

test("a token of one kind of channel opens no other", () => {
  const { thread } = world({ objects: 4, lists: 128 })
  using channel = Channel.create(thread)
  // @ts-expect-error: the token of a channel of bytes
  expect(() => FenceChannel.open(thread, channel.share())).toThrow(TypeError)
  const forged: SharedObjectToken = { ...channel.share(), kind: "outlive-fence channel" }
  expect(() => FenceChannel.open(thread, forged)).toThrow(expect.objectContaining({ code: "STALE" }))
})

test("a heap without room says of what", () => {
  const { thread } = world({ objects: 4, lists: 4 })
  expect(() => Channel.create(thread, { bytes: 10_000 })).toThrow("0 of 4 lists in use, and 209 are needed")
  expect(() => Channel.create(thread, { bytes: null as never })).toThrow(RangeError)
  const { thread: small } = world({ objects: 1, lists: 4 })
  expect(() => Channel.create(small)).toThrow("0 of 1 objects in use, and 2 are needed")
})
