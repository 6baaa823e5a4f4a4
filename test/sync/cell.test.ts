/** Cells: values come out as they went in, whole; no update is lost; old versions are given back; a heap without room says so. */
import { BYTES, Cell } from "@outlive/sync"
import { expect, test } from "vitest"
import { world } from "../unit/world.js"

test("values of every length come out as they went in, also in other threads", () => {
  const { heap, thread } = world({ objects: 2, lists: 32 })
  using cell = Cell.create(thread, new Uint8Array(0), { codec: BYTES })
  using theirs = Cell.open(heap.attach(), cell.share(), { codec: BYTES })
  for (let length = 0; length < 200; length += 11) {
    const value = Uint8Array.from({ length }, (_, i) => length + i)
    cell.set(value)
    expect(theirs.get()).toEqual(value)
    expect(theirs.read((bytes) => bytes.length)).toBe(length)
  }
})

test("JSON by default; an update is of what is there, and is done again when that was replaced meanwhile", () => {
  const { heap, thread } = world({ objects: 2, lists: 32 })
  const cell = Cell.create<{ count: number; by: string[] }>(thread, { count: 0, by: [] })
  using theirs = Cell.open<{ count: number; by: string[] }>(heap.attach(), cell.share())
  let calls = 0
  const result = cell.update(({ count, by }) => {
    if (calls++ === 0) theirs.set({ count: 10, by: ["theirs"] })
    return { count: count + 1, by: [...by, "ours"] }
  })
  expect([calls, result, theirs.get()]).toEqual([
    2,
    { count: 11, by: ["theirs", "ours"] },
    { count: 11, by: ["theirs", "ours"] },
  ])
  theirs.drop()
  cell.drop()
  thread.barrier()
  expect(heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 }, balanced: true })
})

test("an update whose function replaces the value at every call would never end", () => {
  const { heap, thread } = world({ objects: 2, lists: 32 })
  using cell = Cell.create(thread, 0)
  using again = Cell.open<number>(thread, cell.share())
  const replacing = (value: number) => {
    again.set(value)
    return value + 1
  }
  expect(() => cell.update(replacing)).toThrow(expect.objectContaining({ code: "SELF_DEADLOCK" }))
  expect(() => cell.update((value) => again.update(() => value + 1))).toThrow(/for ever/)
  expect(cell.update((value) => value + 1)).toBe(cell.get())
  thread.barrier()
  expect(heap.accounts().lists.inUse).toBe(1)
})

test("what is wrong is told, and the value stays", () => {
  const { heap, thread } = world({ objects: 2, lists: 8 })
  using cell = Cell.create<unknown>(thread, "short")
  expect(() => cell.set(undefined)).toThrow(TypeError)
  expect(() => cell.set("x".repeat(500))).toThrow(expect.objectContaining({ code: "FULL" }))
  expect(() => cell.update((async () => 1) as never)).toThrow(TypeError)
  expect(() => cell.update(() => undefined)).toThrow(TypeError)
  expect(() => Cell.create(thread, 1, { codec: { encode: () => "1", decode: () => 1 } as never })).toThrow(TypeError)
  expect(() => Cell.create(thread, 1, { codec: null as never })).toThrow(TypeError)
  expect(() => Cell.create(thread, "x".repeat(500))).toThrow("Heap is full: 1 of 8 lists in use, and 12 are needed")
  expect(heap.accounts().lists.inUse, "what can never fit takes nothing meanwhile").toBe(1)
  expect(() => cell.set("x".repeat(340))).toThrow(expect.objectContaining({ code: "FULL" }))
  expect(cell.get()).toBe("short")
  thread.barrier()
  expect(heap.accounts().lists.inUse).toBe(1)
  const transferred = cell.transfer()
  expect(() => cell.get()).toThrow(expect.objectContaining({ code: "STALE" }))
  Cell.open(thread, transferred).drop()
})

test("thousands of versions in a few blocks", () => {
  const { heap, thread } = world({ objects: 2, lists: 24 })
  using cell = Cell.create(thread, { n: 0, text: "" })
  for (let n = 1; n <= 3000; n++) cell.update((value) => ({ n: value.n + 1, text: "x".repeat(n % 70) }))
  expect(cell.get()).toEqual({ n: 3000, text: "x".repeat(3000 % 70) })
  thread.barrier()
  expect(heap.accounts().lists.inUse).toBeLessThan(4)
})
