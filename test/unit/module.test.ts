import type { EngineFactory } from "@outlive/core/engine-js"
import { stepwiseEngine } from "@outlive/core/stepwise"
import { Heap, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("a reference is given back after its thread has left; who has none is told of that by the kind of its mistake", () => {
    const { heap, module, mock, timeline, close } = world(build)
    const code = (name: string) => expect.objectContaining({ code: name }) as Error
    const other = heap.attach({ name: "other", modules: [mock] })
    const theirs = other.load(mock)
    expect(theirs.tryAddRef()).toBe(true)
    expect(module.dropRef()).toBe(false)
    other.detach()
    const before = module.references
    expect(theirs.dropRef()).toBe(true)
    expect(module.references).toBe(before - 1)
    // Whether others keep the module it could only ask as a thread of the heap.
    expect(() => theirs.dropRef()).toThrow(code("DETACHED"))
    timeline.close()
    expect(() => module.dropRef()).toThrow(code("MODULE_UNDERFLOW"))
    close()
  })

  test("live, going, gone: refused while used, refused while fences are pending", () => {
    const { module, timeline, close } = world(build)
    expect(module.state).toBe("live")
    expect(() => module.unload()).toThrow('Cannot unload module "mock": 1 reference is held')
    const fence = timeline.fence()
    timeline.close()
    expect(() => module.unload()).toThrow('Cannot unload module "mock": 1 fence is not signaled')
    expect(module.state).toBe("live")
    fence.signal()
    module.unload()
    expect(module.state).toBe("gone")
    expect(() => module.unload()).toThrow('Cannot unload module "mock": it is gone')
    expect(() => module.timeline("late")).toThrow(expect.objectContaining({ code: "NOT_LIVE" }))
    expect([fence.describe(), fence.driverName()]).toEqual([`${fence.context}:1 signaled`, "detached-driver"])
    fence.drop()
    close()
  })

  test("a module that goes the moment it is found: its handle is of the life that was found, also when the record has another tenant", () => {
    const [mock, other] = ["mock", "other"].map((name) => defineModule({ name, driverName: name }))
    const heap = Heap.create({ ...build, fences: 8, threads: 2, modules: 1 })
    const [finder, unloader] = [heap.attach({ modules: [mock!, other!] }), heap.attach({ modules: [mock!, other!] })]
    for (const tenant of [undefined, other!]) {
      const first = unloader.load(mock!)
      const { engine } = finder
      const unlockModules = (record: number) => {
        engine.unlockModules(record)
        Object.assign(finder, { engine })
        first.unload()
        unloader.barrier()
        if (tenant) unloader.load(tenant)
      }
      Object.assign(finder, { engine: { ...engine, unlockModules } })
      const found = finder.load(mock!)
      expect([found.state, found.loadId]).toEqual(["gone", first.loadId])
      expect(() => found.execute(() => "ran")).toThrow(
        expect.objectContaining({
          code: "DEAD_TEXT",
          message: expect.stringMatching(/^A function is called of/) as string,
        }),
      )
      expect(unloader.load(tenant ?? mock!).tryUnload()).toBe(undefined)
      unloader.barrier()
    }
    expect(heap.check()).toEqual([])
  })

  test("issuer-bound: the fence outlives its module, and whoever asks it crashes", () => {
    const { heap, thread, module, timeline } = world({ ...build, lifetime: "issuer-bound" })
    const fence = timeline.fence()
    fence.signal()
    expect(fence.driverName()).toBe("mock driver")
    timeline.close()
    module.unload()
    expect(() => fence.driverName()).toThrow(expect.objectContaining({ code: "DEAD_TEXT", thread: "main" }))
    expect(() => fence.timelineName()).toThrow(expect.objectContaining({ name: "OopsError" }))
    expect(() => fence.drop()).toThrow(expect.objectContaining({ code: "DEAD_TEXT" }))
    thread.barrier()
    expect(heap.accounts()).toMatchObject({ balanced: true, fences: { inUse: 0 }, modules: { inUse: 0 } })
  })

  test("issuer-bound with an external lock: the lock is gone with the module", () => {
    const { module, timeline } = world({ ...build, lifetime: "issuer-bound", fenceLock: "external" })
    const fence = timeline.fence()
    fence.signal()
    timeline.close()
    module.unload()
    expect(() => fence.status()).toThrow(expect.objectContaining({ code: "DEAD_LOCK" }))
  })

  test("independent with an external lock: the lock outlives the module", () => {
    const { heap, module, timeline, close } = world({ ...build, fenceLock: "external" })
    const fence = timeline.fence()
    fence.signal()
    timeline.close()
    module.unload()
    expect(fence.status()).toBe(1)
    expect(heap.accounts().locks.inUse).toBe(1)
    fence.drop()
    close()
  })

  test("loading again finds the same module, and a new one after unloading", () => {
    const { thread, mock, module, timeline, close } = world(build)
    expect(thread.load(mock).loadId).toBe(module.loadId)
    const same = module.timeline("mock timeline")
    expect(same.context).toBe(timeline.context)
    same.close()
    timeline.close()
    module.unload()
    const again = thread.load(mock)
    expect(again.loadId).not.toBe(module.loadId)
    expect([module.state, again.state]).toEqual(["gone", "live"])
    again.unload()
    close()
  })

  test("a thread that has not linked a module says so by name, and nothing is lost", () => {
    const { heap, timeline, close } = world({ ...build, ops: { enableSignaling() {} } })
    const stranger = heap.attach({ name: "stranger" })
    const fence = timeline.fence()
    const theirs = stranger.open(fence.share())
    expect(() => theirs.addCallback(() => {})).toThrow(
      'Thread "stranger" has not linked module "mock": pass it to heap.attach({ modules })',
    )
    theirs.drop()
    stranger.detach()
    fence.signal()
    fence.drop()
    close()
  })

  test("names have limits, and any letters", () => {
    const heap = Heap.create({ ...build, fences: 8, threads: 2 })
    const odd = defineModule({ name: "odd", driverName: "Ünïcödé 驱动 🜂" })
    const thread = heap.attach({ modules: [odd] })
    const module = thread.load(odd)
    expect(() => module.timeline("x".repeat(57))).toThrow(RangeError)
    const fence = module.timeline("t").fence()
    expect(fence.driverName()).toBe("Ünïcödé 驱动 🜂")
    fence.signal()
    fence.drop()
  })
})

test.each([
  [{ name: "", driverName: "d" }, "Cannot define a module without a name"],
  [{ name: "m", driverName: "" }, 'Cannot define module "m" without a driver name'],
  [{ name: "m", driverName: "d", ops: { release() {} } }, 'Cannot define module "m": there is no op "release"'],
])("definitions are checked: %j", (definition, message) => {
  expect(() => defineModule(definition as never)).toThrow(message)
})

test("a module's state is that of the load asked about, also when its record begins another meanwhile", () => {
  let meanwhile = () => {}
  const factory: EngineFactory = (memory, host, atomics) => {
    const { exports } = stepwiseEngine(memory, host, atomics)
    const moduleReferences = (module: number) => {
      meanwhile()
      return exports["moduleReferences"]!(module)
    }
    return { exports: { ...exports, moduleReferences } }
  }
  const heap = Heap.create({
    engine: "js",
    flavour: "checked",
    modules: 1,
    fences: 8,
    threads: 2,
    substitute: { factory },
  })
  const definition = defineModule({ name: "m", driverName: "d" })
  const thread = heap.attach({ modules: [definition] })
  const first = thread.load(definition)
  const states: string[] = []
  meanwhile = () => {
    meanwhile = () => {}
    first.unload()
    thread.barrier()
    const second = thread.load(definition)
    expect(second.address).toBe(first.address)
    states.push(second.state)
  }
  states.push(first.state)
  expect(states).toEqual(["live", "gone"])
})
