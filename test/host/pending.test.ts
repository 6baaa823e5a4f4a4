/** A promise owns what it waits for, and settles: with its outcome, its abort's reason, its time, or the end of its thread. */
import {
  FenceArray,
  Reservation,
  Scheduler,
  SyncFile,
  Syncobj,
  type Thread,
  Usage,
  waitAll,
  waitAny,
} from "@outlive/core"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { BUILDS, world } from "../unit/world.js"

/** Every promise there is, on a fence that is pending. */
function promisesOf(
  thread: Thread,
  fence: ReturnType<Thread["stub"]>,
  options: object = {},
): Record<string, Promise<unknown>> {
  const reservation = Reservation.create(thread)
  reservation.locked(() => {
    reservation.reserve(1)
    reservation.add(fence, Usage.Write)
  })
  const syncobj = Syncobj.create(thread)
  syncobj.replaceFence(fence)
  const promises = {
    "fence.wait": fence.wait(options),
    waitAny: waitAny([fence], options),
    waitAll: waitAll([fence], options),
    "syncobj.wait": syncobj.wait(options),
    "syncobj.wait for a submission": Syncobj.create(thread).wait({ ...options, forSubmit: true }),
    "reservation.wait": reservation.wait(Usage.Bookkeep, options),
    "syncFile.wait": SyncFile.create(thread, fence).wait(options),
    "array.wait": FenceArray.create(thread, [fence]).wait(options),
  }
  return promises
}

const uncaught: unknown[] = []
const note = (error: unknown) => uncaught.push(error)

beforeEach(() => {
  uncaught.length = 0
  process.on("uncaughtException", note).on("unhandledRejection", note)
})
afterEach(() => {
  process.off("uncaughtException", note).off("unhandledRejection", note)
  vi.useRealTimers()
})

describe.each(BUILDS)("$engine $flavour", (build) => {
  const setup = () => {
    const w = world(build)
    const thread = w.heap.attach({ name: "waiter", modules: [w.mock] })
    const fence = w.timeline.fence()
    return { ...w, waiter: thread, fence, theirs: thread.open(fence.share()) }
  }
  const codes = async (promises: Record<string, Promise<unknown>>) => {
    const settled = await Promise.allSettled(Object.values(promises))
    const code = (end: PromiseSettledResult<unknown>) =>
      end.status === "fulfilled" ? "fulfilled" : ((end.reason as { code?: string }).code ?? end.reason)
    return Object.fromEntries(Object.keys(promises).map((name, i) => [name, code(settled[i]!)]))
  }
  const all = (promises: object, value: unknown) =>
    Object.fromEntries(Object.keys(promises).map((name) => [name, value]))

  test("every promise rejects when its thread detaches, and nothing is left hanging", async () => {
    const { heap, thread, waiter, fence, theirs } = setup()
    const promises = promisesOf(waiter, theirs)
    const ends = codes(promises)
    waiter.detach()
    expect(await ends).toEqual(all(promises, "DETACHED"))
    fence.signal()
    thread.barrier()
    // Only the array has a record of its own on the fence, until it is dropped.
    expect(heap.accounts().callbacks.inUse).toBe(1)
    expect(uncaught).toEqual([])
  })

  test("every promise rejects when its heap is closed, and when its thread was reclaimed as dead", async () => {
    for (const end of ["close", "reclaim"] as const) {
      const { heap, thread, waiter, fence, theirs } = setup()
      const promises = promisesOf(waiter, theirs)
      const ends = codes(promises)
      const info = heap.threads().find(({ name }) => name === "waiter")!
      if (end === "close") heap.close()
      else expect(thread.reclaim(info)).toBe(true)
      expect(await ends).toEqual(all(promises, "DETACHED"))
      expect(() => waiter.synchronize()).toThrow(/detached|reclaimed/)
      if (end === "reclaim") fence.signal()
    }
    expect(uncaught).toEqual([])
  })

  test("every promise rejects with an abort's reason, before and during, and takes its records down", async () => {
    const { heap, thread, waiter, theirs } = setup()
    const reason = new Error("changed my mind")
    const before = promisesOf(waiter, theirs, { signal: AbortSignal.abort(reason) })
    expect(await codes(before)).toEqual(all(before, reason))
    const controller = new AbortController()
    const during = promisesOf(waiter, theirs, { signal: controller.signal })
    const ends = codes(during)
    controller.abort(reason)
    expect(await ends).toEqual(all(during, reason))
    thread.barrier()
    expect(heap.accounts().callbacks.inUse, "the two arrays' own").toBe(2)
    expect(uncaught).toEqual([])
  })

  test("the handles may go while a promise waits: it has references of its own", async () => {
    const { heap, thread, waiter, fence, theirs } = setup()
    const syncobj = Syncobj.create(waiter)
    const later = syncobj.addRef()
    const array = FenceArray.create(waiter, [theirs])
    const file = SyncFile.create(waiter, theirs)
    const reservation = Reservation.create(waiter)
    reservation.locked(() => {
      reservation.reserve(1)
      reservation.add(theirs, Usage.Write)
    })
    const waits = [
      theirs.wait(),
      waitAny([theirs, array]),
      waitAll([theirs, array]),
      file.wait(),
      reservation.wait(),
      syncobj.wait({ forSubmit: true }),
    ]
    for (const handle of [theirs, array, file, reservation, syncobj]) handle.drop()
    const opened = waiter.open(fence.share())
    later.replaceFence(opened)
    later.drop()
    opened.drop()
    fence.signal()
    expect(await Promise.all(waits)).toEqual([
      "signaled",
      { outcome: "signaled", index: 0 },
      "signaled",
      "signaled",
      "signaled",
      undefined,
    ])
    fence.drop()
    waiter.detach()
    thread.barrier()
    const accounts = heap.accounts()
    expect([accounts.fences.inUse, accounts.objects.inUse, accounts.callbacks.inUse]).toEqual([0, 0, 0])
  })

  test("options are checked before anything is done", async () => {
    const { heap, waiter, theirs } = setup()
    const inUse = () => Object.values(heap.accounts()).map((account: { inUse?: number }) => account.inUse)
    const syncobj = Syncobj.create(waiter)
    syncobj.replaceFence(theirs)
    const before = inUse()
    const odd = [{ signal: new AbortController() }, { signal: 5 }, { timeoutMs: -1 }, { timeoutMs: "5" }, null, 5]
    for (const options of odd as object[])
      for (const wait of [
        () => theirs.wait(options),
        () => waitAny([theirs], options),
        () => waitAll([theirs], options),
        () => syncobj.wait(options),
      ])
        await expect(wait()).rejects.toThrow(/^Cannot /)
    expect(inUse()).toEqual(before)
    expect(uncaught).toEqual([])
  })

  test("a time-out longer than a timer can run does not end early", async () => {
    const { fence, theirs } = setup()
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] })
    let outcome: string | undefined
    const waiting = theirs.wait({ timeoutMs: 2 ** 31 + 5_000 }).then((end) => (outcome = end))
    await vi.advanceTimersByTimeAsync(2 ** 31 - 1)
    expect(outcome).toBe(undefined)
    await vi.advanceTimersByTimeAsync(5_001)
    await waiting
    expect(outcome).toBe("timed-out")
    fence.signal()
  })

  test("serve ends when its thread leaves, is aborted, or its hardware throws", async () => {
    const { heap, mock, thread } = setup()
    const hardware = { run: () => undefined }
    const server = heap.attach({ name: "server", modules: [mock] })
    const scheduler = Scheduler.create(thread)
    const theirs = Scheduler.open(server, scheduler.share())
    const controller = new AbortController()
    const serving = theirs.serve(hardware, controller.signal)
    controller.abort()
    await serving
    const leaving = expect(theirs.serve(hardware, new AbortController().signal)).rejects.toThrow(
      expect.objectContaining({ code: "DETACHED" }),
    )
    server.detach()
    await leaving
    scheduler.entity().submit()
    const throwing = () => {
      throw new Error("no hardware")
    }
    await expect(scheduler.serve({ run: throwing }, new AbortController().signal)).rejects.toThrow("no hardware")
    await expect(scheduler.serve(hardware, undefined as never)).rejects.toThrow(/^Cannot /)
  })

  test("each function that throws is told, also beside others", async () => {
    const { thread, timeline } = world(build)
    const fence = timeline.fence()
    for (const name of ["first", "second", "third"])
      fence.addCallback(() => {
        throw new Error(name)
      })
    fence.signal()
    const error = (() => {
      try {
        thread.deliver()
        return undefined
      } catch (thrown) {
        return thrown as AggregateError
      }
    })()
    expect(error?.errors.map(({ message }: Error) => message)).toEqual(["first", "second", "third"])
    expect(thread.deliver()).toBe(undefined)
  })
})
