/** Views that are seen: every method does what the platform's does, and tells exactly the bytes that it touches. */
import { explore } from "@outlive/explore"
import type { Result, Step } from "@outlive/explore"
import { describe, expect, test } from "vitest"

type View = Int32Array
interface Row {
  /** As it stands in the code. */
  readonly call: (view: View, ordinary: View) => unknown
  /** Elements that are read and written, in the order in which it happens: `r0-2` are the elements 0, 1 and 2. */
  readonly touches: string
}

const START = [3, 1, 2, 1, 9, 0, 7, 5]
const ROWS: readonly Row[] = [
  { call: (v) => v[2], touches: "r2" },
  { call: (v) => v[8], touches: "" },
  { call: (v) => (v[2] = 5), touches: "w2" },
  { call: (v) => v.at(-2), touches: "r6" },
  { call: (v) => v.length + v.byteLength + v.byteOffset, touches: "" },
  { call: (v) => 3 in v, touches: "" },
  { call: (v) => v.copyWithin(0, 4, 6), touches: "r4-5 w0-1" },
  { call: (v) => v.copyWithin(6, 1), touches: "r1-2 w6-7" },
  { call: (v) => v.copyWithin(-2, -5, -4), touches: "r3 w6" },
  { call: (v) => [...v.entries()], touches: "r0 r1 r2 r3 r4 r5 r6 r7" },
  { call: (v) => [...v.keys()], touches: "" },
  { call: (v) => [...v.subarray(1, 3)], touches: "r1 r2" },
  { call: (v) => v.subarray(1, 4).subarray(1).fill(0), touches: "w2-3" },
  { call: (v) => v.every((value) => value > 1), touches: "r0 r1" },
  { call: (v) => v.some((value) => value === 2), touches: "r0 r1 r2" },
  { call: (v) => v.fill(4), touches: "w0-7" },
  { call: (v) => v.fill(4, 2, 2), touches: "" },
  { call: (v) => v.fill(4, -3), touches: "w5-7" },
  { call: (v) => v.fill(4, 6, 100), touches: "w6-7" },
  { call: (v) => v.subarray(0, 3).filter((value) => value > 1), touches: "r0 r1 r2" },
  { call: (v) => v.find((value) => value === 1), touches: "r0 r1" },
  { call: (v) => v.findIndex((value) => value === 1), touches: "r0 r1" },
  { call: (v) => v.findLast((value) => value === 7), touches: "r7 r6" },
  { call: (v) => v.findLastIndex((value) => value === 7), touches: "r7 r6" },
  { call: (v) => v.subarray(6).forEach(() => {}), touches: "r6 r7" },
  { call: (v) => v.includes(2), touches: "r0 r1 r2" },
  { call: (v) => v.indexOf(1), touches: "r0 r1" },
  { call: (v) => v.indexOf(7, -3), touches: "r5 r6" },
  { call: (v) => v.lastIndexOf(1, 4), touches: "r4 r3" },
  { call: (v) => v.subarray(0, 2).join("-"), touches: "r0 r1" },
  { call: (v) => `${v.subarray(0, 2).toString()}`, touches: "r0 r1" },
  { call: (v) => v.subarray(0, 2).toLocaleString(), touches: "r0 r1" },
  { call: (v) => v.subarray(0, 2).map((value) => value * 2), touches: "r0 r1" },
  { call: (v) => v.subarray(0, 3).reduce((sum, value) => sum + value), touches: "r0 r1 r2" },
  { call: (v) => v.subarray(0, 2).reduceRight((sum, value) => sum * 10 + value, 0), touches: "r1 r0" },
  // oxlint-disable-next-line unicorn/no-array-reverse
  { call: (v) => v.subarray(0, 5).reverse(), touches: "r0-1 r3-4 w0-1 w3-4" },
  { call: (v) => v.set([8, 9], 4), touches: "w4-5" },
  { call: (v) => v.set(v.subarray(0, 2), 6), touches: "r0-1 w6-7" },
  { call: (v, ordinary) => v.set(ordinary.subarray(2, 4), 0), touches: "r2-3 w0-1" },
  { call: (v, ordinary) => ordinary.slice().set(v.subarray(1, 3)), touches: "r1 r2" },
  { call: (v) => v.slice(2, -4), touches: "r2-3" },
  { call: (v) => v.subarray(0, 4).sort(), touches: "r0-3 w0-3" },
  { call: (v) => v.subarray(0, 3).sort((a, b) => b - a), touches: "r0-2 w0-2" },
  { call: (v) => v.subarray(0, 3).toReversed(), touches: "r0-2" },
  { call: (v) => v.subarray(0, 3).toSorted(), touches: "r0-2" },
  { call: (v) => v.subarray(0, 3).with(1, 6), touches: "r0 r2" },
  { call: (v) => Int32Array.from(v.subarray(2, 4)), touches: "r2 r3" },
  { call: (v) => Object.getOwnPropertyDescriptor(v, "3")?.value as number, touches: "r3" },
  { call: (v) => Reflect.defineProperty(v, "3", { value: 6 }), touches: "w3" },
]

for (const { call, touches } of ROWS)
  test(`${String(call).replace(/^\(v, ?\w*\) => |^\(v\) => /, "")}: ${touches || "nothing"}`, () => {
    const native = Int32Array.from(START)
    const gives = plain(call(native, native))
    const found = explore({
      memory: 32,
      setup: (memory, tools) => {
        const ordinary = new Int32Array(memory)
        ordinary.set(START)
        return { view: tools.view(Int32Array), ordinary }
      },
      threads: [
        ({ view, ordinary }) => {
          Atomics.load(ordinary, 0)
          const given = call(view, ordinary)
          Atomics.load(ordinary, 1)
          return plain(given)
        },
      ],
      check: ({ ordinary }, [given]) => {
        expect(given).toEqual(gives)
        expect([...ordinary]).toEqual([...native])
        throw new Error("The trace, please")
      },
    })
    if (found.verdict === "pass") throw new Error("no trace")
    expect(found.message).toBe("The trace, please")
    const end = found.trace.findIndex(({ operation, offset }) => operation === "load" && offset === 4)
    expect(found.trace.slice(0, end).filter(isPlain).map(told).join(" ")).toBe(touches)
  })

/** Views become their values, so that a view that is seen is the same as one that is not. */
function plain(value: unknown): unknown {
  return typeof value === "object" && value !== null && "length" in value ? [...(value as View)] : value
}

function isPlain({ operation }: Step): boolean {
  return operation === "read" || operation === "write"
}

function told({ operation, offset, bytes }: Step): string {
  const [from, to] = [offset / 4, (offset + bytes) / 4 - 1]
  return `${operation[0]}${from === to ? from : `${from}-${to}`}`
}

test("what a method's function does in between is in its place", () => {
  const model = (order: readonly number[]) => ({
    memory: 16,
    cells: { data: { at: 0, count: 2 }, flag: 8 },
    setup: (memory: SharedArrayBuffer, tools: { view(type: Int32ArrayConstructor): Int32Array }) => ({
      data: tools.view(Int32Array),
      cells: new Int32Array(memory),
    }),
    threads: [
      ({ data, cells }: { data: Int32Array; cells: Int32Array }) => {
        data.subarray(0, 2).forEach((_, index) => {
          if (index === 0) Atomics.store(cells, 2, 1)
        })
      },
      ({ data, cells }: { data: Int32Array; cells: Int32Array }) => {
        if (Atomics.load(cells, 2) === 1) for (const index of order) data[index] = 1
      },
    ],
  })
  // The first element was read before the flag was set, the second after it.
  expect(explore(model([0])).verdict).toBe("pass")
  expect(explore(model([1])).verdict).toBe("data-race")
})

test("accesses of a DataView, whatever their width", () => {
  const raced = (write: (view: DataView) => void, byte: number) =>
    explore({
      memory: 16,
      setup: (_, tools) => ({ view: tools.view(DataView, 2, 12), bytes: tools.view(Uint8Array) }),
      threads: [({ view }) => write(view), ({ bytes }) => bytes[byte]],
    }).verdict
  expect([1, 2, 3].map((byte) => raced((view) => view.setInt16(0, 1), byte))).toEqual([
    "pass",
    "data-race",
    "data-race",
  ])
  expect([8, 9, 10].map((byte) => raced((view) => view.setFloat64(1, 1), byte))).toEqual([
    "data-race",
    "data-race",
    "data-race",
  ])
  expect(raced((view) => view.setBigInt64(1, 1n), 11)).toBe("pass")
})

/** By what the platform has, so that one that comes with a new version is missed here first. */
const PLATFORMS = Object.getOwnPropertyNames(globalThis).filter((name) => {
  const type = Object.getOwnPropertyDescriptor(globalThis, name)?.value as { readonly prototype?: object } | undefined
  return Object.getPrototypeOf(type?.prototype ?? {}) === Object.getPrototypeOf(Int32Array.prototype)
})

type Made = Int32Array | BigInt64Array

test("there are some", () => {
  expect(PLATFORMS.length).toBeGreaterThan(10)
})

test.each(PLATFORMS)("%s of an own buffer is seen, read and written", (name) => {
  const verdictOf = (first: (view: Made) => void, second: (view: Made) => void) => {
    const make = (buffer: SharedArrayBuffer) =>
      new (globalThis as never as Record<string, typeof Int32Array>)[name]!(buffer)
    const threads = [first, second].map((use) => (buffer: SharedArrayBuffer) => use(make(buffer)))
    return explore({ setup: () => new SharedArrayBuffer(8), threads }).verdict
  }
  const one = name.startsWith("Big") ? 1n : 1
  const write = (view: Made) => void view.fill(one as never)
  const read = (view: Made) => void view[0]
  expect(verdictOf(write, read)).toBe("data-race")
  expect(verdictOf(write, write)).toBe("data-race")
  expect(verdictOf(read, read)).toBe("pass")
})

const GETTERS = Object.getOwnPropertyNames(DataView.prototype).filter((name) => /^get./.test(name))

test.each(GETTERS)("%s of an own buffer is seen", (name) => {
  const look = (buffer: SharedArrayBuffer) =>
    (new DataView(buffer) as never as Record<string, (at: number) => unknown>)[name]!(0)
  const write = (buffer: SharedArrayBuffer) => void new Uint8Array(buffer).fill(1)
  expect(explore({ setup: () => new SharedArrayBuffer(8), threads: [look, write] }).verdict).toBe("data-race")
})

type OfBuffer<T> = new (buffer: SharedArrayBuffer) => T

/** Constructors from before a model, and classes that extend them: their views cannot be seen, and that is told. */
describe("views whose constructor is older than the model", () => {
  const Kept = Int32Array
  class Extending extends (Int32Array as OfBuffer<Int32Array>) {}
  class ExtendingView extends (DataView as OfBuffer<DataView>) {}
  const buffer = () => new SharedArrayBuffer(8)
  const unseenOf = (result: Result) =>
    result.verdict === "pass" ? result.cutShort.filter(({ by }) => by === "unseen").map(({ message }) => message) : []

  test.each<OfBuffer<object>>([Kept, Extending, ExtendingView])(
    "%o given to the threads makes the result not exhaustive",
    (type) => {
      const result = explore({ setup: () => ({ kept: [new type(buffer())] }), threads: [() => {}, () => {}] })
      expect(result).toMatchObject({ verdict: "pass", exhaustive: false })
      const [message] = unseenOf(result)
      expect(message).toMatch(
        /^setup gives the threads a view \(\w+\) of views\.test\.ts:\d+ whose constructor is older/,
      )
    },
  )

  test("made by a thread, and used with Atomics", () => {
    const threads = [0, 1].map(() => (of: SharedArrayBuffer) => void Atomics.add(new Kept(of), 0, 1))
    const messages = unseenOf(explore({ setup: buffer, threads }))
    expect(messages).toHaveLength(2)
    expect(messages[0]).toMatch(/^Thread A uses a view \(Int32Array\) of views\.test\.ts:\d+ whose/)
  })

  test("made by a thread, and written to", () => {
    const write = (of: SharedArrayBuffer) => void (new Kept(of)[0] = 1)
    const [message] = unseenOf(explore({ setup: buffer, threads: [write, (of) => new Kept(of)[0]] }))
    expect(message).toMatch(/^Thread A uses a view of views\.test\.ts:\d+ whose/)
  })

  test("those that are seen, of the model's memory, or of a buffer that is older as well, are not told", () => {
    const older = new Kept(buffer())
    const add = (view: Int32Array) => void Atomics.add(view, 0, 1)
    for (const setup of [() => new Int32Array(buffer()), (memory: SharedArrayBuffer) => new Kept(memory), () => older])
      expect(explore({ memory: 8, setup, threads: [add, add] })).toMatchObject({ verdict: "pass", exhaustive: true })
  })
})

test("what a class adds to its view is seen, if the class is of the model", () => {
  const arrays = () => {
    class Flags extends (Int32Array as OfBuffer<Int32Array>) {
      get ready() {
        return this[0]!
      }
      set ready(value) {
        this[0] = value
      }
    }
    return new Flags(new SharedArrayBuffer(8))
  }
  const verdictOf = <V>(setup: () => V, ...threads: ((view: V) => unknown)[]) =>
    explore({ setup: setup as never, threads: threads as never[] }).verdict
  const read = (view: ReturnType<typeof arrays>) => view.ready
  expect(verdictOf(arrays, read, (view) => void (view.ready = 1))).toBe("data-race")
  expect(verdictOf(arrays, read, read)).toBe("pass")
  const views = () => {
    class Ready extends (DataView as OfBuffer<DataView>) {
      isReady() {
        return this.getInt32(0) === 1
      }
    }
    return new Ready(new SharedArrayBuffer(8))
  }
  const look = (view: ReturnType<typeof views>) => view.isReady()
  expect(verdictOf(views, look, (view) => view.setInt32(0, 1))).toBe("data-race")
  expect(verdictOf(views, look, look)).toBe("pass")
})
