/** The watch for stuck fences: what is told, of whom, how often; what is not told; and that it ends. */
import {
  type Fence,
  FenceArray,
  FenceChain,
  type Heap,
  Reservation,
  Scheduler,
  SoftTimeline,
  type StuckFence,
  Usage,
  type WatchOptions,
  merge,
  waitAll,
} from "@outlive/core"
import { execFile } from "node:child_process"
import { once } from "node:events"
import { promisify } from "node:util"
import { Worker } from "node:worker_threads"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { Waits } from "../../packages/core/src/memory/waits.js"
import { BUILDS, world } from "./world.js"

const code = (name: string) => expect.objectContaining({ code: name }) as Error
const CORE = import.meta.resolve("@outlive/core")

/** Names of the threads that wait, for each fence that is waited for. */
function waitsOf(heap: Heap): string[][] {
  const seats = heap.threads()
  const waits = new Waits(
    heap.words,
    seats.map(({ id }) => id),
  )
  return waits.fences().map((fence) => {
    const waiting = waits.seatsOf(fence)
    return seats.flatMap(({ id, name }) => (waiting.includes(id) ? [name] : []))
  })
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] }))
  afterEach(() => void vi.useRealTimers())

  const setup = (options: Parameters<typeof world>[0] = {}) => {
    const w = world({ ...build, ...options })
    const told: StuckFence[] = []
    const made: Fence[] = []
    return {
      ...w,
      told,
      /** What was told since the last time: seqno and who waits. */
      take: () => told.splice(0).map(({ seqno, threads }) => [seqno, ...threads]),
      watch: (more: WatchOptions = {}) =>
        w.thread.watch({ afterMs: 800, onStuck: (stuck) => void told.push(stuck), ...more }),
      fence() {
        const fence = w.timeline.fence()
        made.push(fence)
        return fence
      },
      end() {
        for (const fence of made) {
          fence.signal()
          fence.drop()
        }
        w.thread.deliver()
        w.close()
        expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, containers: { inUse: 0 } })
      },
    }
  }
  const pass = (ms: number) => void vi.advanceTimersByTime(ms)

  test("tells what is stuck, who issued it and who waits, once", async () => {
    const { heap, fence, watch, told, end } = setup()
    const [stuck, idle] = [fence(), fence()]
    watch()
    const second = heap.attach({ name: "second" })
    const theirs = second.open(stuck.share())
    const waits = [stuck.wait(), theirs.wait(), theirs.wait()]
    pass(700)
    expect(told).toEqual([])
    pass(300)
    const position = `${stuck.context}:1`
    expect(told).toEqual([
      {
        fence: stuck.share(),
        context: stuck.context,
        seqno: 1n,
        driverName: "mock driver",
        timelineName: "mock timeline",
        moduleName: "mock",
        waitedMs: 800,
        threads: ["main", "second"],
        holdsUp: [],
        message: `Threads "main", "second" have been waiting 800 ms for fence ${position} of timeline "mock timeline", issued by module "mock" (mock driver)`,
      },
    ])
    expect(structuredClone(told)).toEqual(told)
    pass(10_000)
    expect(told.length).toBe(1)
    // Nobody waited for the other one.
    expect(idle.hasSignaled()).toBe(false)
    stuck.signal()
    expect(await Promise.all(waits)).toEqual(["signaled", "signaled", "signaled"])
    theirs.drop()
    second.detach()
    end()
  })

  test("does not tell of what completes in time, nor of what nobody waits for any more", async () => {
    const { fence, watch, take, end } = setup()
    watch()
    const [inTime, given, stuck] = [fence(), fence(), fence()]
    const controller = new AbortController()
    const waits = Promise.allSettled([inTime.wait(), given.wait({ signal: controller.signal }), stuck.wait()])
    pass(700)
    inTime.signal()
    controller.abort()
    pass(300)
    expect(take()).toEqual([[3n, "main"]])
    // Waited for again: its time begins anew.
    const again = given.wait()
    pass(700)
    expect(take()).toEqual([])
    pass(300)
    expect(take()).toEqual([[2n, "main"]])
    end()
    await Promise.all([waits, again])
  })

  test("the next fence in the same record is another one", async () => {
    const { timeline, thread, heap, watch, take, end } = setup({ fences: 1 })
    watch()
    for (const seqno of [1n, 2n, 3n]) {
      const fence = timeline.fence()
      const wait = fence.wait()
      pass(600)
      fence.signal()
      fence.drop()
      expect(await wait).toBe("signaled")
      thread.barrier()
      expect([seqno, heap.accounts().fences.inUse]).toEqual([seqno, 0])
    }
    expect(take()).toEqual([])
    end()
  })

  test("a callback waits, a counter waits, and a reservation's wait waits", async () => {
    const { thread, fence, watch, take, end } = setup()
    watch()
    const [called, counted, reserved] = [fence(), fence(), fence()]
    called.addCallback(() => {})
    const counter = counted.addCounter(3)
    const reservation = Reservation.create(thread)
    reservation.locked(() => {
      reservation.reserve(1)
      reservation.add(reserved, Usage.Write)
    })
    const hung = reservation.onSignaled(Usage.Write, () => {})
    reservation.drop()
    pass(1_000)
    expect(take()).toEqual([
      [1n, "main"],
      [2n, "main"],
      [3n, "main"],
    ])
    for (const callback of [counter, hung]) if (callback !== "already-signaled") callback.remove()
    end()
  })

  test("of fences made of others the one that is not complete is told, with all that it holds up", async () => {
    const { thread, fence, watch, told, end } = setup()
    watch()
    const [a, b] = [fence(), fence()]
    const array = FenceArray.create(thread, [a, b])
    const first = FenceChain.create(thread, { fence: array, seqno: 1n })
    const chain = FenceChain.create(thread, { previous: first, fence: a, seqno: 2n })
    const all = merge(thread, [chain])
    a.signal()
    const wait = waitAll([all, chain])
    pass(1_000)
    expect(told.map(({ seqno, threads }) => [seqno, threads])).toEqual([[2n, ["main"]]])
    expect(told[0]!.holdsUp).toContain(`${array.context}:${array.seqno}`)
    expect(told[0]!.message).toContain("which holds up")
    b.signal()
    expect(await wait).toBe("signaled")
    for (const container of [all, chain, first, array]) container.drop()
    pass(2_000)
    expect(told.length).toBe(1)
    end()
  })

  test("a job waits for what it depends on, and for its hardware, whether a thread waits for it or not", async () => {
    const { thread, fence, watch, told, end } = setup()
    watch()
    const [before, hardware] = [fence(), fence()]
    const scheduler = Scheduler.create(thread, { name: "ring", credits: 4 })
    const entity = scheduler.entity()
    const job = entity.submit({ dependencies: [before] })
    scheduler.runNext({ run: () => hardware })
    pass(1_000)
    const position = (made: Fence) => `${made.context}:${made.seqno}`
    expect(told).toMatchObject([{ seqno: before.seqno, threads: [] }])
    expect(told[0]!.message).toMatch(/^A job has been waiting 800 ms for fence/)
    expect([...told[0]!.holdsUp].sort()).toEqual([position(job.scheduled), position(job.finished)].sort())
    before.signal()
    expect(scheduler.runNext({ run: () => hardware })).toBe(true)
    const wait = job.finished.wait()
    pass(1_000)
    expect(told[1]).toMatchObject({ seqno: hardware.seqno, threads: ["main"], holdsUp: [position(job.finished)] })
    hardware.signal()
    expect(await wait).toBe("signaled")
    expect(told.length).toBe(2)
    job.drop()
    entity.close()
    entity.drop()
    scheduler.close()
    scheduler.drop()
    end()
  })

  test("of a queue of jobs the fence that the hardware is at is told, and nothing of those behind it", async () => {
    const { thread, fence, watch, told, end } = setup()
    watch()
    const hardware = [fence(), fence()]
    const scheduler = Scheduler.create(thread, { name: "ring", credits: 1 })
    const entities = [scheduler.entity(), scheduler.entity()]
    const jobs = [0, 0, 1, 1].map((which) => entities[which]!.submit())
    const waits = jobs.map((job) => job.finished.wait())
    const started = jobs[3]!.scheduled.wait()
    // Nobody serves the scheduler: the first of each queue is what the others wait for.
    pass(1_000)
    const heads = [jobs[0]!, jobs[2]!].map(({ finished }) => `${finished.context}:${finished.seqno}`)
    expect(told.splice(0)).toMatchObject(
      heads.map(() => ({ driverName: "drm_sched", timelineName: "ring", threads: ["main"] })),
    )
    scheduler.runNext({ run: () => hardware[0] })
    expect(scheduler.runNext({ run: () => hardware[1] })).toBe(false)
    pass(1_000)
    expect(told).toMatchObject([{ seqno: hardware[0]!.seqno, threads: ["main"], driverName: "mock driver" }])
    expect(told[0]!.holdsUp).toEqual([heads[0]])
    hardware[0]!.signal()
    while (scheduler.runNext({ run: () => undefined }));
    await Promise.all([...waits, started])
    expect(told.length).toBe(1)
    for (const job of jobs) job.drop()
    for (const entity of entities) entity.drop()
    scheduler.close()
    scheduler.drop()
    end()
  })

  test("what the engine itself issues has no module", async () => {
    const { thread, watch, told, end } = setup()
    watch()
    const clock = SoftTimeline.create(thread, "clock")
    const point = clock.point(1)
    const wait = point.wait()
    pass(1_000)
    expect(told).toMatchObject([{ driverName: "sw_sync", timelineName: "clock", moduleName: "", threads: ["main"] }])
    clock.increment()
    expect(await wait).toBe("signaled")
    point.drop()
    clock.drop()
    end()
  })

  test("without a function it is a warning", async () => {
    const { thread, fence, warnings, end } = setup()
    thread.watch()
    const stuck = fence()
    const wait = stuck.wait()
    pass(1_900)
    expect(warnings).toEqual([])
    pass(700)
    expect(warnings).toMatchObject([{ kind: "stuck-fence", thread: "main" }])
    expect(warnings[0]!.message).toMatch(/^Thread "main" has been waiting 2,000 ms for fence \d+:1 of timeline/)
    stuck.signal()
    await wait
    end()
  })

  test("ends when it is stopped, and when its thread leaves in whatever way", async () => {
    const { heap, fence, told, thread, end } = setup()
    const stuck = fence()
    const onStuck = (found: StuckFence) => void told.push(found)
    const wait = stuck.wait()
    for (const leave of ["stop", "dispose", "detach", "reclaim"] as const) {
      const second = heap.attach({ name: "second" })
      const watch = second.watch({ afterMs: 800, onStuck })
      pass(500)
      if (leave === "stop") watch.stop()
      if (leave === "dispose") watch[Symbol.dispose]()
      if (leave === "reclaim") thread.reclaim(second.record)
      second.detach()
      expect(() => second.watch()).toThrow(code("DETACHED"))
      watch.stop()
      pass(2_000)
    }
    expect([told, vi.getTimerCount()]).toEqual([[], 1])
    stuck.signal()
    await wait
    expect(vi.getTimerCount()).toBe(0)
    end()
  })

  test("closing the heap ends it", async () => {
    const { heap, thread, fence, told, watch } = setup()
    const stuck = fence()
    const wait = stuck.wait()
    watch()
    heap.close()
    await expect(wait).rejects.toThrow(code("DETACHED"))
    pass(2_000)
    expect([told, vi.getTimerCount(), thread.isAttached]).toEqual([[], 0, false])
  })

  test("the function that is told may stop it, end the wait, or let the thread leave", async () => {
    const { heap, thread, mock, fence, watch, take, told, end } = setup()
    const first = watch({
      onStuck(stuck) {
        told.push(stuck)
        using opened = thread.open(stuck.fence)
        opened.signal({ error: -110 })
      },
    })
    const wait = fence().wait()
    pass(1_000)
    await expect(wait).rejects.toThrow(code("ETIMEDOUT"))
    first.stop()
    const waits = [fence(), fence()].map((stuck) => stuck.wait())
    const second = heap.attach({ name: "second", modules: [mock] })
    for (const leave of [false, true]) {
      const self = second.watch({
        afterMs: 800,
        onStuck(stuck) {
          told.push(stuck)
          if (leave) second.detach()
          else self.stop()
        },
      })
      pass(3_000)
    }
    // Of two that are stuck, the first ends it.
    expect(take().map(([seqno]) => seqno)).toEqual([1n, 2n, 2n])
    expect(second.isAttached).toBe(false)
    end()
    await Promise.all(waits)
  })

  test("what the function throws surfaces, and the watch goes on", async () => {
    const uncaught: unknown[] = []
    const note = (error: unknown) => uncaught.push(error)
    process.on("uncaughtException", note)
    const { fence, watch, end } = setup()
    watch({
      onStuck: ({ seqno }) => {
        throw new Error(`told of ${seqno}`)
      },
    })
    const waits = [fence(), fence()].map((stuck) => stuck.wait())
    pass(1_000)
    await vi.waitFor(() =>
      expect(uncaught.map((error) => (error as Error).message)).toEqual(["told of 1", "told of 2"]),
    )
    process.off("uncaughtException", note)
    end()
    await Promise.all(waits)
  })

  test("it holds nothing: what is watched may be released by its last holder", async () => {
    const { heap, timeline, thread, watch, take, warnings, end } = setup()
    watch()
    const fence = timeline.fence()
    const counter = FenceArray.create(thread, [fence])
    const wait = counter.wait()
    pass(1_000)
    expect(take()).toEqual([[1n, "main"]])
    fence.signal()
    await wait
    for (const handle of [fence, counter]) handle.drop()
    thread.barrier()
    expect([heap.accounts().fences.inUse, warnings]).toEqual([0, []])
    pass(1_000)
    end()
  })

  test("an issuer's own wait is a wait", () => {
    const seen: (readonly string[])[] = []
    const { heap, fence, end } = setup({
      ops: { wait: () => seen.push(...waitsOf(heap)) > 1 },
    })
    const stuck = fence()
    expect(stuck.waitSync({ timeoutMs: 0 })).toBe("timed-out")
    expect([seen, waitsOf(heap)]).toEqual([[["main"]], []])
    end()
  })

  test("in a damaged heap who waits is read all the same: it comes to an end, and throws nothing", () => {
    const { heap, thread, timeline } = setup()
    const fences = Array.from({ length: 8 }, () => timeline.fence())
    for (const fence of fences) void fence.addCallback(() => {})
    const chain = FenceChain.create(thread, { fence: fences[0]!, seqno: 1n })
    chain.addCallback(() => {})
    expect(waitsOf(heap).length).toBe(8)
    const head = 2_432 / 4
    let state = 1
    const random = (below: number) => (state = (state * 48_271) % 0x7fff_ffff) % below
    for (let round = 0; round < 300; round++) {
      const at = head + random(heap.words.length - head)
      heap.words[at] = [random(0x7fff_ffff), -random(0x7fff_ffff), heap.words[head + random(4_000)]!][random(3)]!
      heap.words[(fences[random(8)]!.address + 4 * random(15)) >> 2] = random(heap.words.byteLength)
      waitsOf(heap)
    }
  })

  test("options that are none are refused", () => {
    const { thread, end } = setup()
    for (const afterMs of [0, -1, 1.5, NaN, 2 ** 40, "5" as never])
      expect(() => thread.watch({ afterMs })).toThrow(RangeError)
    expect(() => thread.watch({ onStuck: 5 as never })).toThrow(TypeError)
    expect(() => thread.watch(null as never)).toThrow(TypeError)
    expect(vi.getTimerCount()).toBe(0)
    end()
  })
})

const SLEEPER = `
  const { parentPort, workerData: { heap, fence, how } } = require("node:worker_threads")
  import(${JSON.stringify(CORE)}).then(({ Heap, waitAnySync }) => {
    const thread = Heap.open(heap).attach({ name: how })
    const opened = thread.open(fence)
    if (how === "for ever") opened.waitSync()
    if (how === "bounded") opened.waitSync({ timeoutMs: 60_000 })
    if (how === "any") waitAnySync([opened], { timeoutMs: 60_000 })
    opened.drop()
    thread.detach()
    parentPort.close()
  })`

describe.each(BUILDS)("$engine $flavour, in real threads", (build) => {
  test("names threads that are asleep", { timeout: 60_000 }, async () => {
    const { heap, thread, timeline, close } = world(build)
    const fence = timeline.fence()
    const sleepers = ["any", "bounded", "for ever"]
    const workers = sleepers.map(
      (how) => new Worker(SLEEPER, { eval: true, workerData: { heap: heap.share(), fence: fence.share(), how } }),
    )
    const over = workers.map((worker) => once(worker, "exit"))
    await vi.waitFor(() => expect((waitsOf(heap)[0] ?? []).sort()).toEqual(sleepers), 50_000)
    const stuck = await new Promise<StuckFence>((resolve) => void thread.watch({ afterMs: 50, onStuck: resolve }))
    expect([[...stuck.threads].sort(), stuck.driverName]).toEqual([sleepers, "mock driver"])
    fence.signal()
    await Promise.all(over)
    expect(waitsOf(heap)).toEqual([])
    fence.drop()
    close()
  })
})

test("a watch alone keeps no process alive", { timeout: 30_000 }, async () => {
  const program = `
    import { Heap, defineModule } from ${JSON.stringify(CORE)}
    const thread = Heap.create({ fences: 8, threads: 2, cells: 2 }).attach()
    thread.load(defineModule({ name: "m", driverName: "d" })).timeline("t").fence().addCounter(0)
    thread.watch({ afterMs: 1 })
    setTimeout(() => {}, 100)`
  const { stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program])
  expect(stderr).toMatch(/^outlive: Thread "thread-1" has been waiting [^\n]*\[stuck-fence, thread "thread-1"\]\n$/)
})
