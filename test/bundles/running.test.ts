/** What a bundle for browsers does, run in threads of Node: which engines it has, and that a compiled one travels with the heap. */
import { readFileSync, readdirSync } from "node:fs"
import { expect, test } from "vitest"
import { run } from "./bundled.js"

/** Opens what it is sent, and signals the fence; says instead if it cannot. */
const worker = (entry: string) => `
import { Heap, defineModule } from "${entry}"
import { parentPort, workerData } from "node:worker_threads"
try {
  const thread = Heap.open(workerData.heap).attach({ name: "worker", modules: [defineModule({ name: "gpu", driverName: "toy" })] })
  const fence = thread.open(workerData.fence)
  fence.signal()
  fence.drop()
  thread.detach()
} catch ({ code, message }) {
  parentPort.postMessage(code + ": " + message)
}`

const main = (heapOf: string, more = "") => `${more}
import { Heap, defineModule } from "@outlive/core"
import { Worker } from "node:worker_threads"
const gpu = defineModule({ name: "gpu", driverName: "toy" })
const heap = Heap.create({ fences: 16, threads: 2, ...OPTIONS })
const thread = heap.attach({ modules: [gpu] })
const timeline = thread.load(gpu).timeline("render")
const fence = timeline.fence()
const worker = new Worker(new URL("./worker.mjs", import.meta.url), { workerData: { heap: ${heapOf}, fence: fence.share() } })
worker.on("message", console.log)
worker.on("exit", async () => {
  console.log(await fence.wait({ timeoutMs: 0 }))
  process.exit()
})`
const made = (options: object, heapOf = "heap.share()", more = "") =>
  main(heapOf, more).replace("OPTIONS", JSON.stringify(options))

const WITHOUT_MODULE = "{ ...heap.share(), module: undefined }"

test("the compiled engine travels with the heap: a worker without any opens it", async () => {
  const files = { "main.mjs": made({}), "worker.mjs": worker("@outlive/core/worker") }
  expect(await run(files)).toEqual(["signaled"])
})

test("also a checked one, to a worker that has none", async () => {
  const more = 'import "@outlive/core/checked"'
  const files = {
    "main.mjs": made({ flavour: "checked" }, "heap.share()", more),
    "worker.mjs": worker("@outlive/core/all-worker"),
  }
  expect(await run(files)).toEqual(["signaled"])
})

test("a heap that came without one is opened by a worker that has its own", async () => {
  const files = { "main.mjs": made({}, WITHOUT_MODULE), "worker.mjs": worker("@outlive/core") }
  expect(await run(files)).toEqual(["signaled"])
})

test("where there is neither, the worker is told what to import", async () => {
  const files = { "main.mjs": made({}, WITHOUT_MODULE), "worker.mjs": worker("@outlive/core/worker") }
  const [told, outcome] = await run(files)
  expect(told).toMatch(
    /^NOT_IMPORTED: Cannot run the engine "wasm", flavour "release".* Import "@outlive\/core" first$/,
  )
  expect(outcome).toBe("timed-out")
})

const tried = (code: string, more = "") => `${more}
import { Heap } from "@outlive/core"
try { ${code} } catch ({ code, message }) { console.log(code, message) }`

test.each([
  ["checked", { flavour: "checked" }],
  ["js", { engine: "js" }],
  ["checked-js", { engine: "js", flavour: "checked" }],
])("the engine of @outlive/core/%s: with the import it runs, without it is asked for", async (entry, options) => {
  const create = `console.log(Heap.create(${JSON.stringify({ fences: 16, ...options })}).accounts().fences.inUse)`
  const [told] = await run({ "main.mjs": tried(create) })
  expect(told).toMatch(/^NOT_IMPORTED /)
  expect(told).toContain(`Import "@outlive/core/${entry}" first`)
  expect(await run({ "main.mjs": tried(create, `import "@outlive/core/${entry}"`) })).toEqual(["0"])
})

test("heap.check() likewise", async () => {
  const check = "console.log(JSON.stringify(Heap.create({ fences: 16 }).check()))"
  expect(await run({ "main.mjs": tried(check) })).toEqual([
    'NOT_IMPORTED Cannot check heap: this program has nothing that could. Import "@outlive/core/heap-check" first',
  ])
  expect(await run({ "main.mjs": tried(check, 'import "@outlive/core/heap-check"') })).toEqual(["[]"])
})

const USING = `
import { Heap, defineModule } from "@outlive/core"
const gpu = defineModule({ name: "gpu", driverName: "toy" })
using heap = Heap.create({ fences: 16, threads: 2 })
{
  using thread = heap.attach({ modules: [gpu] })
  using timeline = thread.load(gpu).timeline("render")
  using fence = timeline.fence()
  fence.signal()
}
console.log(String("dispose" in Symbol && Symbol.dispose !== undefined), heap.accounts().fences.inUse)
process.exit()`

test("`using` ends handles where the platform has no Symbol.dispose, too, as in Firefox 140", async () => {
  const without = `
    const all = Object.getOwnPropertyDescriptors(Symbol)
    delete all.dispose
    const { prototype, ...others } = all
    const platforms = Symbol
    globalThis.Symbol = Object.defineProperties((text) => platforms(text), { ...others, length: {}, name: {} })`
  const first = `import "data:text/javascript,${encodeURIComponent(without)}"`
  expect(await run({ "main.mjs": `${first}\n${USING}` })).toEqual(["false 0"])
})

test("no handle is disposed of by the platform's symbol alone", () => {
  const files = ["core", "sync", "webgpu"].flatMap((name) =>
    readdirSync(`packages/${name}/src`, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `packages/${name}/src/${file}`),
  )
  const found = files.filter((file) =>
    /\[Symbol\.dispose\]\(\): void \{|\[Symbol\.dispose\]:/.test(readFileSync(file, "utf8")),
  )
  expect(found).toEqual([])
})

test("errors say their names, though a minifier gives their classes others", async () => {
  const text = `import { Heap } from "@outlive/core/sync"
import { Mutex } from "@outlive/sync"
for (const body of [() => Heap.create({ threads: 2 }).attach().open(0), (thread) => Mutex.create(thread).guard().unlock(), (thread) => thread.reclaim(thread.record), (thread) => Mutex.create(thread).drop() ?? thread.detach() ?? Mutex.create(thread)])
  try { body(Heap.create({ threads: 2 }).attach()) } catch ({ name }) { console.log(name) }`
  expect(await run({ "main.mjs": text })).toEqual(["TypeError", "SyncError", "HeapError", "HeapError"])
})
