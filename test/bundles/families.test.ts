/**
 * The engine that a page has by default carries no families: what it does, what it refuses and in which words, and that nothing of a
 * family is ever skipped by it. In threads of Node, by bundles for browsers.
 */
import { expect, test } from "vitest"
import { FOR_CI, eachForCiUnless, PROVES } from "../prove.js"
import { run } from "./bundled.js"

/** Says how many engines its thread compiles: that counts for `compile`, `compileStreaming` and `new Module`. */
const COUNTED = `
let compiled = 0
const { Module } = WebAssembly
WebAssembly.Module = class extends Module { constructor(bytes) { super(bytes); if (bytes.length > 100) compiled++ } static [Symbol.hasInstance](what) { return what instanceof Module } }
WebAssembly.compile = WebAssembly.compileStreaming = () => { throw new Error("compiles by another way") }
`

/** Does with a heap what a page does, and prints what came of it. */
const page = (entry: string) => `
import { Heap, defineModule } from "${entry}"
import { Worker } from "node:worker_threads"
const gpu = defineModule({ name: "gpu", driverName: "toy" })
const heap = Heap.create({ fences: 32, threads: 4 })
const thread = heap.attach({ name: "main", modules: [gpu] })
const module = thread.load(gpu)
const timeline = module.timeline("render")
const [awaited, counted, failed, lost] = [1, 2, 3, 4].map(() => timeline.fence())
const calls = []
counted.addCallback(() => calls.push("called"))
console.log(heap.families)
const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
  workerData: { heap: heap.share(), fences: [awaited, counted, failed].map((fence) => fence.share()) },
})
const told = new Promise((resolve) => worker.once("message", resolve))
console.log(await awaited.wait(), await counted.wait(), await failed.wait().catch(({ code }) => code))
await new Promise((resolve) => setTimeout(resolve, 20))
const { compiled, seat } = await told
console.log(calls.join(), "compiled in the worker:", compiled)
await worker.terminate()
console.log(thread.reclaim(heap.threads().find(({ id }) => id === seat)))
lost.signal()
for (const fence of [awaited, counted, failed, lost]) fence.drop()
timeline.close()
module.unload()
thread.barrier()
const { fences, modules, threads } = heap.accounts()
console.log(fences.inUse, module.state, heap.threads().length)
process.exit()`

/** Signals what it is sent, and dies with its lock held and in a read section. */
const dying = (entry: string) => `${COUNTED}
import { Heap, defineModule } from "${entry}"
import { parentPort, workerData } from "node:worker_threads"
const thread = Heap.open(workerData.heap).attach({ name: "worker", modules: [defineModule({ name: "gpu", driverName: "toy" })] })
const [first, second, third] = workerData.fences.map((fence) => thread.open(fence))
first.signal()
second.signal()
third.signal({ error: -5 })
for (const fence of [first, second, third]) fence.drop()
thread.engine.lock(thread.record, thread.heap.cell(0))
thread.engine.readLock(thread.record)
parentPort.postMessage({ compiled, seat: thread.record })
setInterval(() => {}, 1_000)`

const PAGES = [
  ["@outlive/core", "@outlive/core", "fences"],
  ["@outlive/core", "@outlive/core/worker", "fences"],
  ["@outlive/core/sync", "@outlive/core/worker", "sync"],
  ["@outlive/core/all", "@outlive/core/all-worker", "all"],
]

eachForCiUnless(PROVES ? PAGES : PAGES.slice(1), (_, at) => at === 0)(
  "a page on %s and a worker on %s: signals, errors, callbacks, a death and an unload; no second compile",
  {},
  async (page_, worker, families) => {
    expect(await run({ "main.mjs": page(page_), "worker.mjs": dying(worker) })).toEqual([
      families,
      "signaled signaled EIO",
      "called compiled in the worker: 0",
      "true",
      "0 gone 1",
    ])
  },
)

test("the count of compiles counts: a heap that comes without its engine has one compiled", async () => {
  const alone = page("@outlive/core").replace("heap: heap.share()", "heap: { ...heap.share(), module: undefined }")
  const [, , told] = await run({ "main.mjs": alone, "worker.mjs": dying("@outlive/core") })
  expect(told).toBe("called compiled in the worker: 1")
})

/** By which calls a primitive would come into the heap. */
const PRIMITIVES = {
  Mutex: "Mutex.create(thread)",
  Channel: "Channel.create(thread)",
  Semaphore: "Semaphore.create(thread, { permits: 1 })",
  FenceChannel: "FenceChannel.create(thread)",
  Cell: "Cell.create(thread, 1)",
  transfer: "thread.open(fence.share()).transfer()",
}
/** By which calls anything of a family would come into the heap. */
const MAKING = {
  FenceArray: "FenceArray.create(thread, [fence])",
  FenceChain: "FenceChain.create(thread, { fence, seqno: 1n })",
  merge: "merge(thread, [fence])",
  unwrap: "[...unwrap(fence)]",
  record: "thread.load(gpu).record()",
  work: 'thread.load(gpu).work("rest")',
  runWorks: "thread.runWorks()",
  deferred: 'thread.defer(thread.load(gpu), "tidy", 1)',
  executed: "thread.load(gpu).execute(() => 1)",
  sharedLock: "external.sharedLock.locked(() => {})",
  slab: 'thread.load(gpu).timeline("slab", { slab: true })',
  lifetime: 'Heap.create({ lifetime: "issuer-bound" })',
  watch: "thread.watch().stop()",
  AcquireContext: "AcquireContext.begin(thread).end()",
  Reservation: "Reservation.create(thread)",
  SyncFile: "SyncFile.create(thread, fence)",
  SoftTimeline: "SoftTimeline.create(thread)",
  Syncobj: "Syncobj.create(thread)",
  Scheduler: "Scheduler.create(thread)",
}
/** What looks only, or makes another heap. */
const MAY_BE_ASKED = new Set(["watch", "lifetime"])
const making = (entry: string, heap = "Heap.create({ fences: 64, lists: 512 })") => `
import { workerData } from "node:worker_threads"
import { Heap, defineModule, ${Object.keys(MAKING)
  .filter((name) => /^([A-Z]|merge|unwrap)/.test(name))
  .join(", ")} } from "${entry}"
import { ${Object.keys(PRIMITIVES)
  .filter((name) => name !== "transfer")
  .join(", ")} } from "@outlive/sync"
const gpu = defineModule({ name: "gpu", driverName: "toy", works: { rest() {} }, deferred: { tidy() {} } })
const thread = ${heap}.attach({ modules: [gpu] })
const fence = thread.load(gpu).timeline("render").fence()
const external = thread.load(gpu).timeline("external", { lock: "external" })
const before = JSON.stringify(thread.heap.accounts())
for (const make of [${[...Object.values(PRIMITIVES), ...Object.values(MAKING)].map((code) => `() => ${code}`).join(", ")}])
  try { make(); console.log("made") } catch ({ code, message }) { console.log(code, /Import "(.*?)"/.exec(message)?.[1]) }
console.log(JSON.stringify(thread.heap.accounts()) === before)
process.exit()`

const forAll = (things: object, what: string) => Object.keys(things).map(() => what)

test.each([
  ["@outlive/core", "NOT_IMPORTED @outlive/core/sync", "NOT_IMPORTED @outlive/core/all", "true"],
  ["@outlive/core/sync", "made", "NOT_IMPORTED @outlive/core/all", "false"],
  ["@outlive/core/all", "made", "made", "false"],
])(
  "a heap of %s refuses what it does not carry, by the name of the import, and nothing is lost by that",
  async (entry, primitives, families, isAsBefore) => {
    const expected = [...forAll(PRIMITIVES, primitives), ...forAll(MAKING, families), isAsBefore]
    expect(await run({ "main.mjs": making(entry) })).toEqual(expected)
  },
)

/** Sends a heap to a worker that says what became of it. */
const sending = (entry: string, share: string) => `
import { Heap } from "${entry}"
import { Worker } from "node:worker_threads"
const heap = Heap.create({ fences: 16 })
new Worker(new URL("./worker.mjs", import.meta.url), { workerData: { heap: ${share} } }).on("message", (told) => { console.log(told); process.exit() })`
const opening = (entry: string) => `
import { Heap, Syncobj } from "${entry}"
import { parentPort, workerData } from "node:worker_threads"
let told
try { const thread = Heap.open(workerData.heap).attach(); told = "opened"; Syncobj.create(thread).drop(); told = "made" }
catch ({ code, message }) { told = [told ?? "refused", code, message].join(" ") }
parentPort.postMessage(told)`

test("a heap with families is not opened by a program that has no handles for them, and it is told what to import", async () => {
  const files = { "main.mjs": sending("@outlive/core/all", "heap.share()"), "worker.mjs": opening("@outlive/core") }
  expect(await run(files)).toEqual([
    'refused NOT_IMPORTED Cannot open heap: it may carry what this program has no handles for. Import "@outlive/core/all-worker" or "@outlive/core/all" instead',
  ])
  expect(await run({ ...files, "worker.mjs": opening("@outlive/core/all-worker") })).toEqual(["made"])
})

/** A worker takes a mutex and dies with it; the page is told, and gives it back. */
const owner = `
import { Heap } from "@outlive/core/sync"
import { Mutex } from "@outlive/sync"
import { Worker } from "node:worker_threads"
const heap = Heap.create({ fences: 16 })
const thread = heap.attach()
const mutex = Mutex.create(thread)
const worker = new Worker(new URL("./worker.mjs", import.meta.url), { workerData: { heap: heap.share(), mutex: mutex.share() } })
const seat = await new Promise((resolve) => worker.once("message", resolve))
await worker.terminate()
thread.reclaim(seat)
console.log("was left:", mutex.lockSync().wasLeft)
process.exit()`
const holder = `
import { Heap } from "@outlive/core/worker"
import { Mutex } from "@outlive/sync"
import { parentPort, workerData } from "node:worker_threads"
const thread = Heap.open(workerData.heap).attach()
Mutex.open(thread, workerData.mutex).lockSync()
parentPort.postMessage(thread.record)
setInterval(() => {}, 1_000)`

test("primitives on the engine of @outlive/core/sync: a dead owner is told of", async () => {
  expect(await run({ "main.mjs": owner, "worker.mjs": holder })).toEqual(["was left: true"])
})

test("an engine with families on a heap without makes none", FOR_CI, async () => {
  const files = {
    "main.mjs": sending("@outlive/core", "heap.share()").replace(/\.on\(.*$/, ""),
    // A lifetime is of the heap that is made, and that one carries everything.
    "worker.mjs": making("@outlive/core/all", "Heap.open({ ...workerData.heap, module: undefined })"),
  }
  const expected = [
    ...forAll(PRIMITIVES, "NOT_IMPORTED @outlive/core/sync"),
    ...Object.keys(MAKING).map((name) => (MAY_BE_ASKED.has(name) ? "made" : "NOT_IMPORTED @outlive/core/all")),
    "true",
  ]
  expect(await run(files)).toEqual(expected)
})

/** An array's member is signaled by an engine that has families, or by one that has none, because the heap's word for that was overwritten. */
const damaged = (families: number, lean: string) => `
import { Heap, FenceArray, defineModule } from "@outlive/core/all"
import { Heap as Same } from "${lean}"
const gpu = defineModule({ name: "gpu", driverName: "toy" })
const heap = Heap.create({ fences: 16 })
const first = heap.attach({ modules: [gpu] })
const member = first.load(gpu).timeline("render").fence()
const array = FenceArray.create(first, [member])
array.enableSignaling()
heap.words[88 / 4] = ${families}
const thread = Same.open({ ...heap.share(), module: undefined }).attach({ modules: [gpu] })
const opened = thread.open(member.share())
try { opened.signal(); console.log("no oops", array.hasSignaled()) } catch ({ code }) { console.log(code, array.hasSignaled()) }
process.exit()`

test("an engine without families that meets one in a damaged heap says so; one with families completes it", async () => {
  expect(await run({ "main.mjs": damaged(1, "@outlive/core") })).toEqual(["NO_FAMILY false"])
  expect(await run({ "main.mjs": damaged(2, "@outlive/core/sync") })).toEqual(["NO_FAMILY false"])
  expect(await run({ "main.mjs": damaged(3, "@outlive/core/sync") })).toEqual(["no oops true"])
})
