/** Works and timers: run once for each time, by one thread at a time, and told when what they lead to has gone. */
import { Heap, type HeapOptions, type Work, defineModule } from "@outlive/core"
import { describe, expect, test } from "vitest"

/** Code of what it throws. */
function codeOf(body: () => void): string | undefined {
  try {
    body()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

function heapWith(options: HeapOptions, run: (work: Work) => void = () => {}) {
  const heap = Heap.create({ fences: 64, flavour: "checked", ...options })
  const gpu = defineModule({ name: "gpu", driverName: "gpu", works: { run, again: run } })
  const [issuer, server] = ["issuer", "server"].map((name) => heap.attach({ name, modules: [gpu] }))
  return { heap, gpu, issuer: issuer!, server: server!, module: issuer!.load(gpu) }
}

describe.each(["wasm", "js"] as const)("a work (%s)", (engine) => {
  test("is run once for each time that it was queued, by whoever serves", () => {
    const ran: number[] = []
    const { heap, module, server } = heapWith({ engine }, (work) => void ran.push(work.argument))
    const work = module.work("run", { argument: 7 })
    expect(server.runWorks()).toBe(0)
    expect(work.queue()).toBe(true)
    expect(work.queue()).toBe(false)
    expect(work.state).toEqual({ pending: "queued", isRunning: false })
    expect(server.runWorks()).toBe(1)
    expect(server.runWorks()).toBe(0)
    expect(ran).toEqual([7])
    expect(server.work(work.token).name).toBe("run")
    work.discard()
    expect(heap.accounts().records.inUse).toBe(0)
    expect(heap.check()).toEqual([])
  })

  test("runs in order of queueing, and queued once more while it runs it runs once more", () => {
    const ran: number[] = []
    const { module, server } = heapWith({ engine }, (work) => {
      ran.push(work.argument)
      expect(work.state.isRunning).toBe(true)
      if (ran.length === 1) expect(work.queue()).toBe(true)
    })
    const [a, b] = [module.work("run", { argument: 1 }), module.work("again", { argument: 2 })]
    b.queue()
    a.queue()
    expect([server.runWorks(), server.runWorks(), server.runWorks()]).toEqual([2, 1, 0])
    expect(ran).toEqual([2, 1, 2])
  })

  test("that is armed runs when its time has come, and not before", () => {
    const ran: number[] = []
    const { module, server } = heapWith({ engine }, () => void ran.push(performance.now()))
    const timer = module.work("run")
    expect(timer.arm(100_000)).toBe(true)
    expect(server.runWorks()).toBe(0)
    expect(server.runWorks({ timeoutMs: 5 })).toBe(0)
    const start = performance.now()
    expect(timer.arm(30)).toBe(false)
    expect(server.runWorks({ timeoutMs: 5_000 })).toBe(1)
    expect(ran[0]! - start).toBeGreaterThan(28)
    expect(ran[0]! - start).toBeLessThan(4_000)
    timer.arm(100_000)
    expect([timer.cancel(), timer.cancel()]).toEqual([true, false])
    timer.arm(100_000)
    timer.queue()
    expect(server.runWorks()).toBe(1)
  })

  test("is taken off, or flushed: nobody runs it afterwards", () => {
    let ran = 0
    const { module, server } = heapWith({ engine }, () => void ran++)
    const work = module.work("run")
    work.queue()
    expect(work.cancelSync()).toBe("done")
    expect([server.runWorks(), ran]).toEqual([0, 0])
    work.queue()
    expect([work.flush(), ran]).toEqual(["done", 1])
    work.arm(100_000)
    expect([work.flush(), work.state.pending]).toEqual(["done", "armed"])
    work.cancelSync()
  })

  test("cannot wait for itself", () => {
    const { module, server } = heapWith({ engine }, (work) => void work.cancelSync())
    module.work("run").queue()
    expect(codeOf(() => server.runWorks())).toBe("EDEADLK")
  })

  test("that another seat of this JavaScript thread runs is not slept for", () => {
    let work: Work
    const { module, server } = heapWith({ engine }, () => {
      expect(work.cancelSync({ timeoutMs: 0 })).toBe("timed-out")
    })
    work = module.work("run")
    work.queue()
    expect(codeOf(() => server.runWorks())).toBe("SELF_DEADLOCK")
    expect(work.state).toEqual({ pending: undefined, isRunning: false })
  })

  test("is told as dead when it is queued or armed after it was discarded", () => {
    const { module, server } = heapWith({ engine })
    const work = module.work("run")
    work.discard()
    expect(codeOf(() => work.queue())).toBe("WORK_IN_DEAD_QUEUE")
    expect(codeOf(() => work.arm(1))).toBe("TIMER_IN_DEAD_RECORD")
    const uses: Record<string, () => unknown> = {
      state: () => work.state,
      name: () => work.name,
      argument: () => work.argument,
      cancel: () => work.cancel(),
      cancelSync: () => work.cancelSync(),
      flush: () => work.flush(),
      discard: () => work.discard(),
      open: () => server.work(work.token),
    }
    for (const [use, body] of Object.entries(uses)) {
      expect(codeOf(body), use).toBe("DEAD_RECORD")
      expect(body, use).toThrow(`Issuer's record "run" is used after it was discarded`)
    }
    expect(() => server.work(module.record().token)).toThrow(RangeError)
  })

  test("that is to be run, or is being run by another, cannot be discarded; its own function may do it", () => {
    const { heap, module, server } = heapWith({ engine }, (work) => work.discard())
    const work = module.work("run")
    work.arm(100_000)
    expect(codeOf(() => work.discard())).toBe("TIMER_IN_DEAD_RECORD")
    work.queue()
    expect(codeOf(() => work.discard())).toBe("WORK_IN_DEAD_QUEUE")
    expect(server.runWorks()).toBe(1)
    expect(heap.accounts().records.inUse).toBe(0)
    expect(heap.check()).toEqual([])
  })

  test("whose module has gone is an oops for whoever serves, once", () => {
    const { module, server } = heapWith({ engine })
    module.work("run").queue()
    module.unload()
    expect(codeOf(() => server.runWorks())).toBe("DEAD_TEXT")
    expect(server.runWorks()).toBe(0)
  })

  test("under which its module goes is an oops when it returns", () => {
    const { heap, module, server } = heapWith({ engine }, () => module.unload())
    const work = module.work("run")
    work.queue()
    expect(codeOf(() => server.runWorks())).toBe("RETURN_INTO_DEAD_TEXT")
    expect(work.state).toEqual({ pending: undefined, isRunning: false })
    work.discard()
    expect(heap.check()).toEqual([])
  })

  test("code of a module is told when its module goes under it", () => {
    const { module } = heapWith({ engine })
    expect(module.execute(() => 7)).toBe(7)
    expect(codeOf(() => module.execute(() => module.unload()))).toBe("RETURN_INTO_DEAD_TEXT")
    expect(codeOf(() => module.execute(() => {}))).toBe("DEAD_TEXT")
  })

  test("that throws is idle afterwards, and told", () => {
    const { module, server } = heapWith({ engine }, () => {
      throw new Error("from the work")
    })
    const work = module.work("run")
    work.queue()
    expect(() => server.runWorks()).toThrow("from the work")
    expect(work.state).toEqual({ pending: undefined, isRunning: false })
  })

  test("of a thread that died while it ran it is run by nobody, and again if it was queued again", () => {
    const { heap, issuer, module, server } = heapWith({ engine })
    const work = module.work("run")
    work.queue()
    expect(server.engine.claimWork(server.record, work.token, 0)).toBe(1)
    work.queue()
    work.queue()
    expect(work.state).toEqual({ pending: "queued", isRunning: true })
    issuer.reclaim(heap.threads().find(({ name }) => name === "server")!)
    expect(work.state).toEqual({ pending: "queued", isRunning: false })
    expect(issuer.runWorks()).toBe(1)
  })

  test("is only run where its module is linked", () => {
    const { heap, module } = heapWith({ engine })
    const stranger = heap.attach({ name: "stranger" })
    const work = module.work("run")
    work.queue()
    expect(stranger.runWorks()).toBe(0)
    expect(codeOf(() => stranger.work(work.token).flush())).toBe("NOT_LINKED")
    expect(codeOf(() => module.work("no such"))).toBe("NOT_LINKED")
  })
})
