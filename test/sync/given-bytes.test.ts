/** Bytes and options that are not what they say: a message is what was there when it was sent, and no more is taken than given back. */
import { runInNewContext } from "node:vm"
import { BYTES, Cell, Channel, type Codec, Semaphore } from "@outlive/sync"
import { expect, test } from "vitest"
import { world } from "../unit/world.js"

/** A view whose property says that it has so many bytes. */
function lying(length: unknown): Uint8Array {
  return Object.defineProperty(Uint8Array.of(1, 2, 3), "length", { value: length })
}

const LENGTHS = [-3, 0, 2.5, 40, Number.NaN, 1e9, undefined, "7"]

test("a promise sends the bytes of the moment of the call, also of a Buffer, whose slice() shares them", async () => {
  const { thread } = world()
  using channel = Channel.create(thread, { bytes: 44 })
  channel.trySend(new Uint8Array(40))
  for (const bytes of [Buffer.of(1, 2, 3), Uint8Array.of(1, 2, 3)]) {
    const sent = channel.send(bytes)
    bytes.fill(9)
    await channel.receive()
    expect(await sent).toBe("sent")
    const received = channel.tryReceive()
    expect(received).toEqual(Uint8Array.of(1, 2, 3))
    channel.trySend(new Uint8Array(40))
  }
})

test("a message is as long as its view is, whatever a property says", () => {
  const { thread, heap } = world()
  using channel = Channel.create(thread, { bytes: 96 })
  for (const length of LENGTHS) {
    expect(channel.trySend(lying(length))).toBe("sent")
    expect(channel.tryReceive()).toEqual(Uint8Array.of(1, 2, 3))
  }
  const long = new Uint8Array(90).fill(7)
  using large = Channel.create(thread, { bytes: 480 })
  for (const [name, value] of [
    ["byteOffset", 3],
    ["buffer", new ArrayBuffer(4)],
  ] as const) {
    expect(large.trySend(Object.defineProperty(new Uint8Array(100).fill(7), name, { value }))).toBe("sent")
    expect((large.tryReceive() as Uint8Array).subarray(0, 90)).toEqual(long)
  }
  expect(heap.check()).toEqual([])
})

test("a version is as long as the view that its codec makes", () => {
  const { thread, heap } = world()
  for (const length of LENGTHS) {
    const codec: Codec<Uint8Array> = { ...BYTES, encode: () => lying(length) }
    using cell = Cell.create(thread, lying(length), { codec })
    cell.set(lying(length))
    expect(cell.get()).toEqual(Uint8Array.of(1, 2, 3))
  }
  expect(heap.check()).toEqual([])
})

test("bytes that were posted away are refused, and an empty message is none of them", async () => {
  const { thread } = world()
  using channel = Channel.create(thread, { bytes: 44 })
  using cell = Cell.create(thread, Uint8Array.of(5), { codec: BYTES })
  const bytes = Uint8Array.of(1, 2, 3)
  structuredClone(bytes, { transfer: [bytes.buffer] })
  expect(() => channel.trySend(bytes)).toThrow(/Cannot send bytes: their buffer was detached/)
  expect(() => channel.sendSync(bytes)).toThrow(TypeError)
  await expect(channel.send(bytes)).rejects.toThrow(TypeError)
  expect(() => cell.set(bytes)).toThrow(/Cannot keep bytes: their buffer was detached/)
  expect(cell.get()).toEqual(Uint8Array.of(5))
  expect([channel.trySend(new Uint8Array(0)), channel.tryReceive()]).toEqual(["sent", new Uint8Array(0)])
})

test("each option is read once: as many permits are given back as were taken", async () => {
  const { thread } = world()
  using slots = Semaphore.create(thread, { permits: 9 })
  let reads = 0
  const options = {
    get count() {
      return ++reads
    },
  }
  for (const permits of [slots.acquireSync(options), await slots.acquire(options)]) {
    expect(9 - slots.available).toBeGreaterThanOrEqual(permits!.count)
    permits!.release()
  }
  expect([slots.available, reads]).toEqual([9, 2])
})

test("a codec's bytes may be of another realm, as what node:v8 returns in a vm context", () => {
  const { thread } = world({ objects: 16 })
  const foreign = runInNewContext("new Uint8Array([1, 2, 3])") as Uint8Array
  expect(foreign instanceof Uint8Array).toBe(false)
  using cell = Cell.create(thread, foreign, { codec: BYTES })
  expect([...cell.get()]).toEqual([1, 2, 3])
  for (const none of [new Int8Array(2), [1], "ab", undefined]) expect(() => cell.set(none as never)).toThrow(TypeError)
})
