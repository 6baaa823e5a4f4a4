/** Words, numbers, functions and names are checked where they enter, by this library and not by the language. */
import {
  AcquireContext,
  FenceArray,
  FenceChain,
  Heap,
  Reservation,
  Scheduler,
  SoftTimeline,
  SyncFile,
  Syncobj,
  SyncobjTable,
  Usage,
  defineModule,
  isSupported,
  merge,
  unwrap,
  usageOf,
  waitAnySync,
} from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

const ODD = [
  undefined,
  null,
  "a",
  "",
  -1,
  1.5,
  NaN,
  Infinity,
  2 ** 53,
  5n,
  -1n,
  2n ** 64n,
  Symbol("s"),
  {},
  [],
  () => 1,
  Object.create(null),
]

/** Whether what was thrown is an error of ours: it says what cannot be done. */
const isOurs = (error: unknown) => error instanceof Error && /^(Cannot |Heap is full)/.test(error.message)

describe("an option that is a word is one of its words", () => {
  const words: Readonly<Record<string, readonly unknown[]>> = {
    engine: ["JS", "Wasm", "", 1, null],
    flavour: ["Checked", "debug", true],
    lifetime: ["issuer bound", "Independent"],
    lock: ["Mutex", "ticket"],
    rcu: ["qsbr", 1],
    fenceLock: ["Inline", "none"],
    timestamps: ["yes", 1],
    lockOrder: ["no", 0],
    onWarning: ["print", {}],
    substitute: ["x", 5],
  }
  for (const [option, values] of Object.entries(words))
    test.each(values)(`${option}: %s`, (value) => {
      expect(() => Heap.create({ [option]: value })).toThrow(TypeError)
      expect(() => Heap.create({ [option]: value })).toThrow(/^Cannot use .* (as|of) .* is needed$/)
    })

  test("and the message lists them", () => {
    expect(() => Heap.create({ engine: "JS" as "js" })).toThrow(
      'Cannot use "JS" as engine: one of "wasm", "js" is needed',
    )
    const shared = Heap.create().share()
    expect(() => Heap.open(shared, { engine: "WASM" as "wasm" })).toThrow('one of "wasm", "js"')
    expect(() => usageOf("Read" as "read")).toThrow('one of "read", "write"')
    expect(() => isSupported({ engine: "asm" as "js" })).toThrow(TypeError)
  })
})

describe("a heap's sizes", () => {
  const most = 16_777_216
  test.each([
    { fences: most, objects: most, lists: most },
    { fences: most, callbacks: most, containers: 8_388_608 },
    { threads: 1_024, trace: 1_048_576 },
    { cells: 2 ** 32 },
    { fences: 0 },
    { spins: -1 },
    { stallWarningMs: 0 },
  ])("%o: RangeError, with the size", (options) => {
    expect(() => Heap.create(options)).toThrow(RangeError)
    expect(() => Heap.create(options)).toThrow(/^Cannot (use|create) /)
  })
})

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("whatever is given in place of an argument is refused in words, and nothing is left behind", () => {
    const { heap, thread, module, timeline, close } = world(build)
    const fence = timeline.fence()
    const reservation = Reservation.create(thread)
    const soft = SoftTimeline.create(thread)
    const syncobj = Syncobj.create(thread)
    const file = SyncFile.create(thread, fence)
    const scheduler = Scheduler.create(thread)
    const entity = scheduler.entity()
    const table = new SyncobjTable(thread)
    const calls: Readonly<Record<string, (odd: never) => unknown>> = {
      "heap.attach": (odd) => heap.attach(odd),
      "heap.attach name": (odd) => heap.attach({ name: odd }),
      "heap.attach modules": (odd) => heap.attach({ modules: odd }),
      "heap.cell": (odd) => heap.cell(odd),
      "Heap.open": (odd) => Heap.open(odd),
      defineModule: (odd) => defineModule(odd),
      "defineModule ops": (odd) => defineModule({ name: "x", driverName: "x", ops: { free: odd } }),
      "thread.load": (odd) => thread.load(odd),
      "thread.open": (odd) => thread.open(odd),
      "thread.read": (odd) => thread.read(odd),
      "thread.defer": (odd) => thread.defer(odd),
      "thread.reclaim": (odd) => thread.reclaim(odd),
      "thread.privateStub": (odd) => thread.privateStub(odd),
      "thread.synchronize": (odd) => thread.synchronize({ timeoutMs: odd }),
      "thread.nameLock": (odd) => thread.nameLock(0, odd),
      "thread.endSignaling": (odd) => thread.endSignaling(odd),
      "module.timeline": (odd) => module.timeline(odd),
      "module.timeline lock": (odd) => module.timeline("mock timeline", { lock: odd }),
      "timeline.fence": (odd) => timeline.fence(odd),
      "fence.signal": (odd) => fence.signal(odd),
      "fence.signal atNs": (odd) => fence.signal({ atNs: odd }),
      "fence.locked": (odd) => fence.locked(odd),
      "fence.setError": (odd) => fence.setError(odd),
      "fence.setDeadline": (odd) => fence.setDeadline(odd),
      "fence.isLater": (odd) => fence.isLater(odd),
      "fence.addCallback": (odd) => fence.addCallback(odd),
      "fence.addCounter": (odd) => fence.addCounter(odd),
      "fence.waitSync": (odd) => fence.waitSync(odd),
      "FenceArray.create": (odd) => FenceArray.create(thread, odd),
      "FenceArray.create member": (odd) => FenceArray.create(thread, [odd]),
      "FenceArray.create thread": (odd) => FenceArray.create(odd, [fence]),
      "FenceArray.create place": (odd) => FenceArray.create(thread, [fence], { context: odd, seqno: 1n }),
      "FenceChain.create": (odd) => FenceChain.create(thread, odd),
      "FenceChain.create seqno": (odd) => FenceChain.create(thread, { fence, seqno: odd }),
      merge: (odd) => merge(thread, odd),
      unwrap: (odd) => unwrap(odd),
      waitAnySync: (odd) => waitAnySync([odd]),
      "Reservation.create": (odd) => Reservation.create(odd),
      "reservation.lock": (odd) => reservation.lock(odd ?? {}),
      "reservation.locked": (odd) => reservation.locked(odd),
      "reservation.fences": (odd) => reservation.fences(odd ?? {}),
      "reservation.copyFences": (odd) => reservation.copyFences(odd),
      "reservation.setDeadline": (odd) => reservation.setDeadline(Usage.Read, odd),
      "reservation.poll": (odd) => reservation.poll(odd ?? {}),
      "reservation.onSignaled": (odd) => reservation.onSignaled(odd ?? {}, () => {}),
      "reservation.onSignaled body": (odd) => reservation.onSignaled(Usage.Read, odd),
      "AcquireContext.begin": (odd) => AcquireContext.begin(odd),
      "AcquireContext.locked": (odd) => AcquireContext.locked(odd, [reservation], () => {}),
      "AcquireContext.locked list": (odd) => AcquireContext.locked(thread, odd, () => {}),
      "AcquireContext.locked one": (odd) => AcquireContext.locked(thread, [odd], () => {}),
      "AcquireContext.locked body": (odd) => AcquireContext.locked(thread, [reservation], odd),
      "AcquireContext.locked slots": (odd) => AcquireContext.locked(thread, [reservation], () => {}, { slots: odd }),
      "thread.watch": (odd) => thread.watch(odd),
      "thread.watch afterMs": (odd) => thread.watch({ afterMs: odd }),
      "thread.watch onStuck": (odd) => thread.watch({ onStuck: odd }),
      "soft.point": (odd) => soft.point(odd),
      "soft.deadlineOf": (odd) => soft.deadlineOf(odd),
      "syncobj.addPoint": (odd) => syncobj.addPoint(odd, fence),
      "syncobj.signal": (odd) => syncobj.signal(odd ?? 5),
      "syncobj.transferFrom": (odd) => syncobj.transferFrom(odd),
      "Syncobj.waitSync": (odd) => Syncobj.waitSync([odd]),
      "SyncFile.create": (odd) => SyncFile.create(thread, odd),
      "SyncFile.exportFrom": (odd) => SyncFile.exportFrom(odd, "read"),
      "file.merge": (odd) => file.merge(odd),
      "file.importInto": (odd) => file.importInto(odd, "read"),
      "Scheduler.create": (odd) => Scheduler.create(odd),
      "scheduler.runNext": (odd) => scheduler.runNext(odd),
      "scheduler.serveSync": (odd) => scheduler.serveSync({ run: () => undefined }, odd),
      "entity.submit": (odd) => entity.submit({ dependencies: [odd] }),
      "entity.modifySchedulers": (odd) => entity.modifySchedulers([odd]),
      "table.adopt": (odd) => table.adopt(odd),
      "table.get": (odd) => table.get(odd),
    }
    const before = JSON.stringify(heap.accounts())
    const wrong: string[] = []
    for (const [name, call] of Object.entries(calls))
      for (const odd of ODD)
        try {
          const result = call(odd as never)
          // What is right by chance: an empty list, a function, options with nothing in them.
          ;(result as { drop?: () => void } | undefined)?.drop?.()
          ;(result as { detach?: () => void } | undefined)?.detach?.()
          if (name.startsWith("module.timeline")) (result as { close(): void }).close()
          ;(result as { remove?: () => void } | undefined)?.remove?.()
          ;(result as { stop?: () => void } | undefined)?.stop?.()
        } catch (error) {
          if (!isOurs(error)) wrong.push(`${name}(${typeof odd} ${String((error as Error)?.message)})`)
        }
    expect(wrong).toEqual([])
    expect(thread.engine.isReading(thread.record)).toBe(0)
    for (const held of [reservation, soft, syncobj, file, entity, scheduler]) held.drop()
    expect(JSON.stringify(heap.accounts()).length).toBeGreaterThan(before.length / 2)
    fence.signal()
    fence.drop()
    close()
    expect(heap.accounts().objects.inUse).toBe(0)
  })

  test("bodies that would go on after their section are refused before it begins", () => {
    const { thread, timeline, close } = world(build)
    const fence = timeline.fence()
    const reservation = Reservation.create(thread)
    const bodies: Readonly<Record<string, () => unknown>> = {
      async: async () => {},
      generator: function* () {},
      "async generator": async function* () {},
      "returns a promise": () => Promise.resolve(),
    }
    for (const [name, body] of Object.entries(bodies))
      for (const run of [
        () => thread.read(body),
        () => fence.locked(body),
        () => reservation.locked(body),
        () => AcquireContext.locked(thread, [reservation], body),
      ]) {
        expect(run, name).toThrow(TypeError)
        expect(thread.engine.isReading(thread.record)).toBe(0)
        expect(fence.status()).toBe(0)
        expect(reservation.tryLock()).toBe(true)
        reservation.unlock()
      }
    // @ts-expect-error An async body is refused by its type, too.
    expect(() => thread.read(async () => {})).toThrow(TypeError)
    reservation.drop()
    fence.signal()
    fence.drop()
    close()
  })

  test("seqnos fit their timeline", () => {
    const { module, timeline, close } = world(build)
    for (const seqno of [-1n, 2n ** 32n, 2n ** 32n + 5n, 2n ** 64n, 2n ** 64n + 5n])
      expect(() => timeline.fence(seqno), String(seqno)).toThrow(RangeError)
    using wide = module.timeline("wide", { seqno64: true })
    for (const seqno of [0n, 2n ** 32n + 5n, 2n ** 64n - 1n]) {
      const fence = wide.fence(seqno)
      expect(fence.seqno).toBe(seqno)
      fence.signal()
      fence.drop()
    }
    expect(() => wide.fence(2n ** 64n)).toThrow(RangeError)
    wide.close()
    close()
  })

  test("a timeline that is found has the options that were asked for", () => {
    const { module, timeline, close } = world(build)
    const other = (options: object) => module.timeline("mock timeline", options)
    expect(() => other({ lock: "external" })).toThrow(expect.objectContaining({ code: "MISMATCH" }))
    expect(() => other({ seqno64: true })).toThrow(expect.objectContaining({ code: "MISMATCH" }))
    other({ lock: "inline", seqno64: false }).close()
    expect(module.references).toBe(1)
    void timeline
    close()
  })

  test("a name reads back as it was written, or is refused", () => {
    const { heap, thread, module, close } = world(build)
    for (const name of ["\ud800", "x\udc00y", "\udc00\ud800"])
      for (const use of [
        () => heap.attach({ name }),
        () => module.timeline(name),
        () => defineModule({ name, driverName: "x" }),
        () => SyncFile.create(thread, thread.stub(), name),
      ])
        expect(use).toThrow(RangeError)
    for (const name of ["\ufeff", "\ufeffx", "\u0000", "ä😀", " ", "x".repeat(56)]) {
      const [first, again] = [module.timeline(name), module.timeline(name)]
      expect(again.address).toBe(first.address)
      first.close()
      again.close()
      const guest = heap.attach({ name })
      expect(heap.threads().map((info) => info.name)).toContain(name)
      guest.detach()
    }
    close()
  })

  test("a module's references are given back by the handle that took them", () => {
    const { thread, mock, module, timeline, close } = world(build)
    expect(module.dropRef(), "the timeline's stays").toBe(false)
    expect(module.tryAddRef()).toBe(true)
    expect([module.dropRef(), module.dropRef()]).toEqual([true, false])
    expect(timeline.isLive).toBe(true)
    timeline.close()
    timeline.close()
    expect(() => module.dropRef()).toThrow(expect.objectContaining({ code: "MODULE_UNDERFLOW" }))
    expect([module.state, thread.load(mock).address]).toEqual(["live", module.address])
    module.unload()
    expect(() => timeline.fence()).toThrow(expect.objectContaining({ code: "STALE" }))
    expect(() => module.timeline("late")).toThrow(expect.objectContaining({ code: "NOT_LIVE" }))
    close()
  })
})

test("importing works where there is no shared memory, and isSupported says what is lacking", async () => {
  const { spawnSync } = await import("node:child_process")
  const library = new URL("../../packages/core/built/package/index.js", import.meta.url).href
  const run = (prepare: string, then: string) => {
    const script = `${prepare}; const core = await import(${JSON.stringify(library)}); ${then}`
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })
    return stdout.trim() || stderr
  }
  const tell = "console.log(JSON.stringify(core.isSupported()))"
  const attempt = "try { core.Heap.create(); console.log('made') } catch (error) { console.log(error.code) }"
  expect(run("", tell)).toBe('{"isSupported":true,"lacking":[]}')
  expect(run("delete globalThis.SharedArrayBuffer", tell)).toContain('"SharedArrayBuffer"')
  expect(run("delete globalThis.SharedArrayBuffer", attempt)).toBe("UNSUPPORTED")
  expect(
    run("delete globalThis.SharedArrayBuffer; delete globalThis.Atomics; delete globalThis.WebAssembly", attempt),
  ).toBe("UNSUPPORTED")
  const forbidden = "WebAssembly.Module = function () { throw new WebAssembly.CompileError('by policy') }"
  expect(run(forbidden, tell)).toContain("wasm-unsafe-eval")
  expect(run(forbidden, attempt)).toBe("UNSUPPORTED")
  const onJavaScript =
    "const h = core.Heap.create({ engine: 'js' }); console.log(core.Heap.open(h.share()).attach().isAttached)"
  expect(run(forbidden, onJavaScript)).toBe("true")
  const opened =
    "try { core.Heap.open(core.Heap.create({ engine: 'js' }).share(), { engine: 'wasm' }) } catch ({ code, message }) { console.log(code, message) }"
  expect(run(forbidden, opened)).toMatch(/^UNSUPPORTED Cannot use a heap here. Missing: .*wasm-unsafe-eval/)
  const page = (isSecure: boolean) => `globalThis.crossOriginIsolated = false; globalThis.isSecureContext = ${isSecure}`
  expect(run(page(true), tell)).toMatch(/"lacking":\["cross-origin isolation: .*COOP/)
  expect(run(page(false), tell)).toMatch(/"lacking":\["a secure context: .*HTTPS/)
})

test("a heap takes one memory, and who opens it none: a page has room for few", async () => {
  const { spawnSync } = await import("node:child_process")
  const library = new URL("../../packages/core/built/package/index.js", import.meta.url).href
  const script = `let made = 0
const { Memory } = WebAssembly
WebAssembly.Memory = class extends Memory { constructor(limits) { super(limits); made++ } static [Symbol.hasInstance](what) { return what instanceof Memory } }
const { Heap } = await import(${JSON.stringify(library)})
const told = []
for (const engine of ["wasm", "js"]) for (let i = 0; i < 3; i++) {
  const heap = Heap.create({ engine })
  for (let k = 0; k < 3; k++) Heap.open(heap.share()).attach()
  told.push(made)
}
console.log(told.join())`
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })
  // And one that is asked how large a heap will be.
  expect(stdout.trim()).toBe("2,3,4,5,6,7")
})

test("a promise is no answer to whether it is over", () => {
  const { thread } = world({ objects: 8 })
  const scheduler = Scheduler.create(thread)
  const hardware = { run: () => undefined }
  expect(() => scheduler.serveSync(hardware, (async () => false) as never)).toThrow(/^Cannot use AsyncFunction as /)
  const later = (() => Promise.resolve(false)) as never
  expect(() => scheduler.serveSync(hardware, later)).toThrow(/^Cannot use a function that returns a promise as /)
})
