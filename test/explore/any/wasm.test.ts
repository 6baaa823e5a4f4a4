/** WebAssembly code that shares memory is not seen: no thread may run it, however it came by it. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Heap } from "@outlive/core"
import { ExploreError, explore, exploreAsync, importModel } from "@outlive/explore"
import type { Model } from "@outlive/explore"
import { expectFailure, expectPass } from "@outlive/explore/vitest"
import { Mutex } from "@outlive/sync"
import { describe, expect, test } from "vitest"
import { outlive } from "../../race/outlive.js"

const ROOT = fileURLToPath(new URL("../../../", import.meta.url))

/** Imports one page as `env.memory`, and exports `add`: an atomic addition of 1 to its first word. */
const ADDER = Uint8Array.from(
  [
    "0061736d 01000000 01050160 00017f",
    "0210 01 03656e76 066d656d6f7279 02030101",
    "03020100 0707 01 03616464 0000",
    "0a0c 010a00 4100 4101 fe1e0200 0b",
  ]
    .join("")
    .replaceAll(" ", "")
    .match(/../g)!,
  (byte) => Number.parseInt(byte, 16),
)
const adder = new WebAssembly.Module(ADDER)
const makeMemory = () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
type Add = () => number
const addOf = ({ exports }: WebAssembly.Instance) => exports["add"] as Add
const addTo = (memory: WebAssembly.Memory) => addOf(new WebAssembly.Instance(adder, { env: { memory } }))

interface Shared {
  readonly data: Int32Array
  readonly memory: WebAssembly.Memory
  readonly add: Add
}

/** What one thread writes, it hands over by an addition in WebAssembly: nothing is wrong with that. */
function handsOver(makeAdd: (memory: WebAssembly.Memory) => Add): Model<Shared> {
  return {
    setup() {
      const memory = makeMemory()
      return { data: new Int32Array(new SharedArrayBuffer(4)), memory, add: makeAdd(memory) }
    },
    threads: [
      ({ data, add }) => {
        data[0] = 1
        add()
      },
      ({ data, memory }) => (Atomics.load(new Int32Array(memory.buffer), 0) === 1 ? data[0] : 1),
    ],
    check: (_, [, seen]) => seen === 1,
  }
}

function refusalOf(model: Model<never>): ExploreError {
  try {
    explore(model)
  } catch (error) {
    if (error instanceof ExploreError) return error
    throw error
  }
  throw new Error("Nothing was refused")
}

test("negative control: by functions that nobody has wrapped, it is told as a failure", () => {
  const PlatformsInstance = WebAssembly.Instance.prototype.constructor as typeof WebAssembly.Instance
  const unseen = handsOver((memory) => addOf(new PlatformsInstance(adder, { env: { memory } })))
  expectFailure(unseen, "data-race")
})

const older = makeMemory()
const olderAdd = addTo(older)
const olderAsync = addOf(await WebAssembly.instantiate(adder, { env: { memory: older } }))
const olderOfBytes = addOf((await WebAssembly.instantiate(ADDER, { env: { memory: older } })).instance)
const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 })
table.set(0, olderAdd)

describe("refused is a thread that calls code of an instance that was made", () => {
  test.each<[string, Model<never>]>([
    ["in setup", handsOver(addTo) as never],
    ["before the model", { threads: [() => olderAdd()] }],
    ["before the model, asynchronously", { threads: [() => olderAsync()] }],
    ["before the model, of bytes", { threads: [() => olderOfBytes()] }],
    ["before the model, through a table", { threads: [() => (table.get(0) as Add)()] }],
  ])("%s", (_, model) => {
    const { code, message } = refusalOf(model)
    expect(code).toBe("wasm")
    expect(message).toMatch(
      /^Cannot explore thread A: .*wasm\.test\.ts:\d+ calls "add" of WebAssembly code that shares/,
    )
    expect(message).toMatch(/not seen.*engine: "js"/)
  })
})

test("refused is a thread that makes an instance", () => {
  const starts: Model<WebAssembly.Memory> = { setup: makeMemory, threads: [(memory) => addTo(memory)()] }
  expect(refusalOf(starts as never).message).toMatch(/wasm\.test\.ts:\d+ starts WebAssembly code/)
})

test("who catches it, is refused all the same", () => {
  const catches = () => {
    try {
      olderAdd()
    } catch {
      return 0
    }
  }
  expect(refusalOf({ threads: [catches] }).code).toBe("wasm")
})

test("an asynchronous thread is refused as well, after an await, too", async () => {
  const later = async () => {
    await undefined
    return olderAdd()
  }
  await expect(exploreAsync({ threads: [later] })).rejects.toMatchObject({ name: "ExploreError", code: "wasm" })
})

test("setup and check run alone: what WebAssembly does there is seen", () => {
  const model: Model<Shared> = {
    ...handsOver((memory) => {
      const add = addTo(memory)
      add()
      return add
    }),
    threads: [0, 1].map(
      () =>
        ({ memory }: Shared) =>
          Atomics.add(new Int32Array(memory.buffer), 0, 1),
    ),
    check: ({ add }) => add() === 3,
  }
  expect(expectPass(model).exhaustive).toBe(true)
})

test("outside of an exploration all is as ever", () => {
  expect(olderAdd).toBeTypeOf("function")
  expect([olderAdd.length, typeof olderAdd()]).toEqual([0, "number"])
  const { exports } = new WebAssembly.Instance(adder, { env: { memory: older } })
  expect([Object.isFrozen(exports), Object.keys(exports)]).toEqual([true, ["add"]])
  expect(makeMemory()).toBeInstanceOf(WebAssembly.Memory)
})

describe("memory of WebAssembly that nobody runs code over", () => {
  const known = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true })
  known.grow(1)
  const adds = (memory: WebAssembly.Memory): Model<never> => ({
    threads: [0, 1].map(() => () => Atomics.add(new Int32Array(memory.buffer), 0, 1)),
  })

  test("is explored, also if it is older than the model, and has grown", () => {
    expect(expectPass(adds(known)).executions).toBe(2)
  })

  test("is refused where it came from elsewhere: its code may have, too", () => {
    const { code, message } = refusalOf(adds(structuredClone(known)))
    expect([code, message]).toEqual(["wasm", expect.stringMatching(/Import @outlive\/explore first/)])
  })
})

describe("a heap of Outlive", () => {
  const over = (engine: "js" | "wasm"): Model<never> => ({
    setup() {
      const heap = Heap.create({ engine, threads: 3, fences: 1, spins: 0 })
      return { heap: heap.share(), mutex: Mutex.create(heap.attach()).share() } as never
    },
    threads: [
      ({ heap, mutex }: { heap: ReturnType<Heap["share"]>; mutex: ReturnType<Mutex["share"]> }) =>
        Mutex.open(Heap.open(heap).attach(), mutex).tryLock()!.unlock(),
    ] as never,
  })

  test("of the default engine is refused, and told what to do", () => {
    expect(refusalOf(over("wasm")).message).toMatch(/engine: "js"/)
  })

  test('is explored with engine: "js"', () => {
    expect(expectPass(over("js")).exhaustive).toBe(true)
  })

  test("older than the model is refused in the file that exports the model, and by the command, with exit code 2", async () => {
    const folder = mkdtempSync(join(tmpdir(), "outlive-wasm-"))
    try {
      symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"))
      const file = join(folder, "model.mjs")
      writeFileSync(
        file,
        `import { Heap } from "@outlive/core"
import { Mutex } from "@outlive/sync"
const mutex = Mutex.create(Heap.create({ threads: 3 }).attach())
export const model = {
  setup: () => new Int32Array(new SharedArrayBuffer(4)),
  threads: [(count) => mutex.lockSync().unlock(), (count) => count[0]++],
}
`,
      )
      const model = await importModel(file, "model", undefined)
      expect(refusalOf(model as never).message).toMatch(/calls "\w+" of WebAssembly code/)
      const { code, err } = await outlive(["explore", file])
      expect([code, err]).toEqual([2, expect.stringMatching(/WebAssembly code that shares memory.*engine: "js"/)])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
