/** While something is deferred, something moves the epoch; and nothing that promises a bound waits without one. */
import { HeapError, OopsError, Reservation, type Thread } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

describe.each(BUILDS)("$engine $flavour", (build) => {
  /** A reader that stays in its section until the test ends. */
  const withReader = (options: object = {}) => {
    const w = world({ ...build, stallWarningMs: 10_000, ...options })
    const reader = w.heap.attach({ name: "reader" })
    reader.engine.readLock(reader.record)
    return { ...w, reader, leave: () => reader.engine.readUnlock(reader.record) }
  }

  test("a deferred function is called in a program that has nothing else to do", async () => {
    const { thread, close } = world(build)
    const called = await new Promise((resolve) => thread.defer(() => resolve("called")))
    expect(called).toBe("called")
    close()
  })

  test("what a deferred function throws is told, and the others are called", async () => {
    const { thread, close } = world(build)
    const called: string[] = []
    thread.defer(() => {
      throw new Error("on its own account")
    })
    thread.defer(() => void called.push("second"))
    expect(() => thread.barrier()).toThrow("on its own account")
    expect(called).toEqual(["second"])
    close()
  })

  test("a wait for readers has a bounded and an asynchronous form", async () => {
    const { thread, leave, reader, close } = withReader()
    expect([thread.synchronize({ timeoutMs: 3 }), thread.barrier({ timeoutMs: 3 })]).toEqual(["timed-out", "timed-out"])
    expect(await thread.synchronizeAsync({ timeoutMs: 3 })).toBe("timed-out")
    expect(await thread.barrierAsync({ timeoutMs: 3 })).toBe("timed-out")
    const reason = new Error("enough")
    const controller = new AbortController()
    const aborted = expect(thread.synchronizeAsync({ signal: controller.signal })).rejects.toBe(reason)
    controller.abort(reason)
    await aborted
    const waiting = [thread.synchronizeAsync(), thread.barrierAsync()]
    leave()
    expect(await Promise.all(waiting)).toEqual(["passed", "passed"])
    expect([thread.synchronize({ timeoutMs: 5_000 }), thread.barrier({ timeoutMs: 5_000 })]).toEqual([
      "passed",
      "passed",
    ])
    reader.detach()
    close()
  })

  test("a bounded barrier deals with what was retired, on every thread", () => {
    const { heap, mock, thread, timeline, close } = world(build)
    const other = heap.attach({ name: "other", modules: [mock] })
    const theirs = other.load(mock).timeline("theirs")
    for (const one of [timeline, theirs])
      for (let i = 0; i < 5; i++) {
        const fence = one.fence()
        fence.signal()
        fence.drop()
      }
    expect(thread.barrier({ timeoutMs: 5_000 })).toBe("passed")
    expect(heap.accounts().fences.inUse).toBe(0)
    theirs.close()
    other.detach()
    close()
  })

  test("an unload has a bounded and an asynchronous form; what it began ends by itself", async () => {
    const { heap, mock, thread, module, timeline, leave, reader } = withReader()
    timeline.close()
    expect(module.tryUnload({ timeoutMs: 3 })).toMatchObject({ code: "TIMED_OUT" })
    expect(module.state).toBe("going")
    const next = thread.load(mock)
    expect(next.loadId).not.toBe(module.loadId)
    await expect(next.unloadAsync({ timeoutMs: 3 })).rejects.toThrow(expect.objectContaining({ code: "TIMED_OUT" }))
    const third = thread.load(mock)
    const going = third.unloadAsync()
    leave()
    await going
    thread.barrier()
    expect([module.state, next.state, third.state]).toEqual(["gone", "gone", "gone"])
    await expect(third.unloadAsync()).rejects.toThrow(expect.objectContaining({ code: "NOT_LIVE" }))
    expect(() => thread.read(() => thread.load(mock).tryUnload({ timeoutMs: 3 }))).toThrow("grace period")
    reader.detach()
    thread.load(mock).unload()
    thread.barrier()
    expect(heap.accounts().modules.inUse).toBe(0)
    thread.detach()
  })

  test("a full heap says so in bounded time, though a reader keeps everything", () => {
    const { thread, timeline, leave, reader, close } = withReader({ fences: 16 })
    const fill = (most: number) => {
      for (let i = 0; i < most; i++) {
        const fence = timeline.fence()
        fence.signal()
        fence.drop()
      }
    }
    expect(() => fill(100)).toThrow(expect.objectContaining({ code: "FULL" }))
    leave()
    fill(100)
    reader.detach()
    void thread
    close()
  })

  test("nobody waits for room in a read section or under a lock", () => {
    const { heap, thread, timeline, close } = world({ ...build, fences: 8 })
    const reservation = Reservation.create(thread)
    const kept: ReturnType<typeof timeline.fence>[] = []
    const fill = () => {
      for (;;) kept.push(timeline.fence())
    }
    const refusal = build.flavour === "checked" ? OopsError : HeapError
    expect(() => fill()).toThrow(HeapError)
    expect(() => thread.read(() => fill())).toThrow(refusal)
    expect(() => thread.engine.lock(thread.record, heap.cell(0))).not.toThrow()
    expect(() => fill()).toThrow(refusal)
    thread.engine.unlock(thread.record, heap.cell(0))
    // Reserving under a reservation's lock is what reservations are for: it may wait.
    expect(() => reservation.locked(() => fill())).toThrow(HeapError)
    expect(() => kept[0]!.locked(() => fill())).toThrow(refusal)
    expect(thread.engine.isReading(thread.record)).toBe(0)
    expect(reservation.tryLock()).toBe(true)
    reservation.unlock()
    reservation.drop()
    for (const fence of kept) {
      fence.signal()
      fence.drop()
    }
    close()
  })

  test("detach waits for no reader", () => {
    const { heap, mock, thread, leave, reader, close } = withReader()
    const leaver = heap.attach({ name: "leaver", modules: [mock] })
    leaver.defer(() => expect.unreachable())
    leaver.detach()
    leave()
    reader.detach()
    thread.barrier()
    close()
  })

  test("detach is refused while something is held, and says what", () => {
    const { heap, mock, thread, timeline, close } = world(build)
    const leaver: Thread = heap.attach({ name: "leaver", modules: [mock] })
    const fence = leaver.open(timeline.fence().share())
    const reservation = Reservation.create(leaver)
    const held = expect.objectContaining({ code: "HELD" }) as Error
    expect(() => fence.locked(() => leaver.detach())).toThrow(held)
    expect(() => reservation.locked(() => leaver.detach())).toThrow(held)
    expect(() => leaver.read(() => leaver.detach())).toThrow(held)
    const cell = heap.cell(0)
    leaver.engine.lock(leaver.record, cell)
    expect(() => leaver.detach()).toThrow(held)
    leaver.engine.unlock(leaver.record, cell)
    expect(fence.signal()).toBe(true)
    for (const handle of [fence, reservation]) handle.drop()
    leaver.detach()
    thread.openAt(0)
    void close
  })
})

test("a program that has deferred something ends by itself, after it was called", async () => {
  const { spawnSync } = await import("node:child_process")
  const library = new URL("../../packages/core/built/package/index.js", import.meta.url).href
  const script = `const { Heap } = await import(${JSON.stringify(library)})
    Heap.create().attach().defer(() => console.log("called"))`
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 20_000,
  })
  expect([status, stdout.trim()]).toEqual([0, "called"])
})
