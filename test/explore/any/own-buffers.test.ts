/** Shared memory that the model's code makes for itself: wherever it is made, its steps and plain accesses are seen. */
import { explore } from "@outlive/explore"
import type { Failure, Model } from "@outlive/explore"
import { expectFailure, expectPass } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"
import { FAMILIES } from "../litmus/families.js"
import { SHAPES } from "../litmus/shapes.js"

const kept = new SharedArrayBuffer(8)
const keptCells = new Int32Array(kept)

interface WasmMemory {
  readonly buffer: SharedArrayBuffer
  grow(pages: number): number
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: new (how: object) => WasmMemory } }
const PAGE = { initial: 1, maximum: 1, shared: true }

/** Two threads that add 1 with a load and a store: 4 executions, and one of the sums may be lost. */
function addsTo<S>(setup: Model<S>["setup"], cellsOf: (state: S) => Int32Array): Model<S> {
  const add = (state: S) => {
    const cells = cellsOf(state)
    Atomics.store(cells, 1, Atomics.load(cells, 1) + 1)
  }
  return {
    ...(setup === undefined ? {} : { setup }),
    threads: [add, add],
    outcome: (state) => String(cellsOf(state)[1]),
  } as Model<S>
}

describe("four executions, and one update is lost, in a buffer", () => {
  const made: Readonly<Record<string, Model<never>>> = {
    "that setup makes": addsTo(
      () => new Int32Array(new SharedArrayBuffer(8)) as never,
      (cells) => cells,
    ),
    "of WebAssembly": addsTo(
      () => new Int32Array(new WebAssembly.Memory(PAGE).buffer) as never,
      (cells) => cells,
    ),
    "that a thread makes when it is first needed, and keeps": addsTo(undefined, () => lazyCells()),
    "that is older than the model": addsTo(undefined, () => keptCells),
    "that is older, and whose view is not": addsTo(undefined, () => new Int32Array(kept)),
    "of odd length": addsTo(
      () => new SharedArrayBuffer(11) as never,
      (buffer) => new Int32Array(buffer, 0, 2),
    ),
  }
  let lazy: SharedArrayBuffer | undefined
  const lazyCells = () => new Int32Array((lazy ??= new SharedArrayBuffer(8)))

  test.each(Object.entries(made))("%s", (_, model) => {
    for (let again = 0; again < 2; again++) {
      const found = expectPass(model, { races: false })
      expect(found.executions).toBe(4)
      expect(Object.fromEntries(found.outcomes)).toEqual({ 1: 2, 2: 2 })
    }
  })
})

test("every published count holds in a buffer that setup makes, and in one for each cell", () => {
  for (const litmus of [...SHAPES, ...FAMILIES.filter(({ executions }) => executions < 1000)]) {
    const model: Model<Int32Array> = {
      setup: () => new Int32Array(new SharedArrayBuffer(512)),
      threads: litmus.threads,
      outcome: (_, results) => results.filter((result) => result !== undefined).join(" "),
    }
    const result = expectPass(model, { races: false })
    expect(result.executions, litmus.name).toBe(litmus.executions)
    if (litmus.outcomes) expect(Object.fromEntries(result.outcomes)).toEqual(litmus.outcomes)
  }
})

test("several buffers are several cells: store buffering over two has its three executions", () => {
  const cells = () => new Int32Array(new SharedArrayBuffer(4))
  const found = expectPass({
    setup: () => ({ x: cells(), y: cells() }),
    threads: [
      ({ x, y }) => [Atomics.store(x, 0, 1), Atomics.load(y, 0)][1],
      ({ x, y }) => [Atomics.store(y, 0, 1), Atomics.load(x, 0)][1],
    ],
    outcome: (_, results) => results.join(" "),
  })
  expect(found.executions).toBe(3)
  expect([...found.outcomes.keys()].sort()).toEqual(["0 1", "1 0", "1 1"])
})

describe("made in a thread", () => {
  test("it is its own, and the same in each run", () => {
    const found = expectPass<Int32Array>({
      memory: 4,
      setup: (memory) => new Int32Array(memory),
      threads: [0, 1].map(() => (cells: Int32Array) => {
        const own = new Int32Array(new SharedArrayBuffer(4))
        for (let times = 0; times < 3; times++) Atomics.add(own, 0, Atomics.add(cells, 0, 1))
        return Atomics.load(own, 0)
      }),
      outcome: (_, results) => results.join(" "),
    })
    expect(found.executions).toBe(20)
    expect(found.outcomes.has("3 12")).toBe(true)
  })

  test("a WebAssembly.Memory, too", () => {
    const found = expectPass<unknown>({
      threads: [() => Atomics.add(new Int32Array(new WebAssembly.Memory(PAGE).buffer), 7, 1)],
      outcome: (_, results) => results.join(),
    })
    expect([...found.outcomes.keys()]).toEqual(["0"])
  })
})

describe("memory that can grow", () => {
  const growable = () => new SharedArrayBuffer(8, { maxByteLength: 32 })

  test("is grown by setup, and explored as far as it is", () => {
    const found = expectPass({
      setup: () => {
        const buffer = growable()
        buffer.grow(16)
        return new Int32Array(buffer)
      },
      threads: [(cells) => Atomics.add(cells, 3, 1), (cells) => Atomics.add(cells, 3, 1)],
      outcome: (cells, results) => `${cells.length} ${results.join(" ")}`,
    })
    expect([...found.outcomes.keys()].sort()).toEqual(["4 0 1", "4 1 0"])
  })

  test("is refused if a thread grows it, and a WebAssembly.Memory in any case", () => {
    const refused = (model: Model<never>) =>
      expect(() => explore(model)).toThrow(/growing of shared memory.*own-buffers/)
    refused({ setup: growable as never, threads: [(buffer: SharedArrayBuffer) => buffer.grow(16)] } as never)
    refused({ setup: (() => new WebAssembly.Memory(PAGE).grow(1)) as never, threads: [() => 0] })
  })
})

describe("plain accesses", () => {
  const race = (write: (cells: Int32Array, buffer: SharedArrayBuffer) => unknown): Failure =>
    expectFailure(
      {
        setup: () => new SharedArrayBuffer(32),
        threads: [
          (buffer) => {
            write(new Int32Array(buffer), buffer)
          },
          (buffer) => new Int32Array(buffer)[4],
        ],
      },
      "data-race",
    )

  test.each<[string, Parameters<typeof race>[0]]>([
    ["an element", (cells) => (cells[4] = 1)],
    ["subarray", (cells) => cells.subarray(3)[1]!++],
    ["set", (cells) => cells.set([7, 7], 3)],
    ["fill", (cells) => cells.fill(1, 4, 5)],
    ["copyWithin", (cells) => cells.copyWithin(4, 0, 1)],
    ["a DataView", (_, buffer) => new DataView(buffer).setUint8(19, 1)],
    ["bytes of another width", (_, buffer) => (new Uint8Array(buffer, 16)[3] = 1)],
  ])("%s: a race with a plain read is found, and both places are named", (_, write) => {
    const { racing, trace, message } = race(write)
    expect(message).toMatch(/^Race on own-buffers\.test\.ts:\d+@16|^Race on .*@19/)
    expect(racing!.map((row) => trace[row]!.at).join()).toMatch(/own-buffers\.test\.ts:\d+,.*own-buffers\.test\.ts:\d+/)
  })

  test.each<[string, Parameters<typeof race>[0]]>([
    ["an element beside it", (cells) => (cells[3] = 1)],
    ["fill up to it", (cells) => cells.fill(1, 0, 4)],
    ["copyWithin from it", (cells) => cells.copyWithin(0, 4, 5)],
    ["the same offset of another buffer", () => (new Int32Array(new SharedArrayBuffer(32))[4] = 1)],
  ])("%s: no race", (_, write) => {
    expect(() => race(write)).toThrow("pass")
  })

  test("in the model's own memory they are seen if all are to be observed", () => {
    const model: Model<Int32Array> = {
      memory: 4,
      setup: (memory) => new Int32Array(memory),
      threads: [(cells) => Atomics.store(cells, 0, 1), (cells) => cells[0]],
    }
    expectPass(model)
    expectFailure({ ...model, observe: "all" }, "data-race")
  })

  test("ArrayBuffer.isView knows a view that is seen, and instanceof as well", () => {
    const found = expectPass({
      setup: () => new Int32Array(new SharedArrayBuffer(8)),
      threads: [(cells) => `${ArrayBuffer.isView(cells)} ${cells instanceof Int32Array} ${cells.subarray(1).length}`],
      outcome: (_, results) => results.join(),
    })
    expect([...found.outcomes.keys()]).toEqual(["true true 1"])
  })
})

test("outside of an exploration, memory and views are made as ever", () => {
  explore({ threads: [() => new Int32Array(new SharedArrayBuffer(4))[0]] })
  expect(new SharedArrayBuffer(4).constructor).toBe(SharedArrayBuffer)
  expect(new Int32Array(1).constructor).toBe(Int32Array)
  expect(ArrayBuffer.isView.name).toBe("isView")
})
