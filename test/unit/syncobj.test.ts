/** Syncobjs: submissions are handed to their waiters; timelines stay as long as what is pending on them. */
import { FenceError, SoftTimeline, Syncobj, SyncobjFlags, SyncobjTable } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

const code = (error: unknown) => (error as { code?: string }).code ?? String(error)
const outcomeOf = (promise: Promise<unknown>) => promise.then(() => "ok", code)
const outcome = (body: () => unknown) => {
  try {
    body()
    return "ok"
  } catch (error) {
    return code(error)
  }
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
/** Machines can be slow. */
const until = (seen: () => unknown, expected: unknown) => expect.poll(seen, { timeout: 10_000 }).toEqual(expected)

describe.each(BUILDS)("$engine $flavour", (build) => {
  /** Everything is dropped in the end, and nothing is left. */
  function stage(options: object = {}) {
    const w = world({ ...build, ...options })
    const kept: { drop(): void }[] = []
    const keep = <T extends { drop(): void }>(handle: T): T => (kept.push(handle), handle)
    return {
      ...w,
      keep,
      syncobj: () => keep(Syncobj.create(w.thread)),
      fence: () => keep(w.timeline.fence()),
      end() {
        for (const handle of kept) handle.drop()
        w.close()
        expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, containers: { inUse: 0 } })
      },
    }
  }

  test("a thread that submits and takes away again loses no waiter: place and point, any and all", async () => {
    const w = stage()
    const [a, b] = [w.syncobj(), w.syncobj()]
    const waits = [
      a.wait({ forSubmit: true }),
      a.wait({ forSubmit: true, point: 3n }),
      Syncobj.wait([{ syncobj: a }, { syncobj: b, point: 2n }], { forSubmit: true, all: true }),
    ]
    await turn()
    for (let point = 1n; point <= 3n; point++) {
      a.signal(point)
      b.signal(point)
      a.reset()
      b.reset()
    }
    await Promise.all(waits)
    expect([a.query(), b.query()]).toEqual([0n, 0n])
    w.end()
  })

  test("a point that was not reached is waited for; what is below it wakes nobody for good", async () => {
    const w = stage()
    const syncobj = w.syncobj()
    let isOver = false
    const waiting = syncobj.wait({ forSubmit: true, point: 5n }).then(() => (isOver = true))
    syncobj.signal(4n)
    await turn()
    expect(isOver).toBe(false)
    syncobj.signal()
    await turn()
    expect(isOver).toBe(false)
    syncobj.signal(7n)
    await waiting
    w.end()
  })

  test("a wait holds what it waits for: the handle may go, and another may come in its place", async () => {
    const w = stage({ objects: 3 })
    const first = Syncobj.create(w.thread)
    const waiting = outcomeOf(first.wait({ forSubmit: true, timeoutMs: 30 }))
    first.drop()
    w.thread.barrier()
    expect(w.heap.accounts().objects.inUse).toBe(1)
    expect(await waiting).toBe("ETIME")
    w.end()
  })

  test("a waiter that gives up leaves nothing, whether it was served or not", async () => {
    const w = stage()
    const syncobj = w.syncobj()
    const controller = new AbortController()
    const waiting = [undefined, 0n, 9n].map((point) =>
      outcomeOf(
        Syncobj.wait([{ syncobj, point: point ?? 0n }], { forSubmit: true, signal: controller.signal, all: true }),
      ),
    )
    const fence = w.fence()
    syncobj.replaceFence(fence)
    controller.abort(new FenceError("EINTR", "enough"))
    fence.signal()
    expect(await Promise.all(waiting)).toEqual(["EINTR", "EINTR", "EINTR"])
    expect(w.heap.accounts().callbacks.inUse).toBe(0)
    w.end()
  })

  test("a transfer takes what was submitted, although it is gone again; also as a promise, and of dropped handles", async () => {
    const w = stage()
    const [from, to] = [w.syncobj(), w.syncobj()]
    const [theirs, ours] = [from.addRef(), to.addRef()]
    const moving = ours.transferFromAsync(theirs, { to: 4n }, { forSubmit: true })
    theirs.drop()
    ours.drop()
    from.signal()
    from.reset()
    await moving
    expect(to.query()).toBe(4n)
    expect(outcome(() => to.transferFrom(from, {}, { forSubmit: true, timeoutMs: 0 }))).toBe("ETIME")
    expect(outcome(() => to.transferFrom(from))).toBe("EINVAL")
    expect(await outcomeOf(to.transferFromAsync(from))).toBe("EINVAL")
    const controller = new AbortController()
    const given = outcomeOf(to.transferFromAsync(from, {}, { forSubmit: true, signal: controller.signal }))
    controller.abort(new FenceError("EINTR", "enough"))
    expect(await given).toBe("EINTR")
    w.end()
  })

  test("a callback is called once, on available or on complete; its deadline is told; it can be removed", async () => {
    const deadlines: bigint[] = []
    const w = stage({ ops: { setDeadline: (_: unknown, atNs: bigint) => void deadlines.push(atNs) } })
    const syncobj = w.syncobj()
    const called: string[] = []
    const on = (what: string, options = {}) => syncobj.addCallback(() => void called.push(what), options)
    on("available", { available: true })
    const complete = on("complete", { deadlineNs: 7n })
    const removed = on("never")
    on("point 2", { point: 2n, available: true })
    expect([removed.remove(), removed.remove()]).toEqual([true, false])
    const fence = w.fence()
    syncobj.replaceFence(fence)
    syncobj.reset()
    await until(() => [called, deadlines], [["available"], [7n]])
    fence.signal()
    await until(() => called, ["available", "complete"])
    syncobj.signal(2n)
    await until(() => called, ["available", "complete", "point 2"])
    expect(complete.remove()).toBe(false)
    expect(() => syncobj.addCallback(7 as never)).toThrow(TypeError)
    expect(() => syncobj.addCallback(() => {}, { point: -1n })).toThrow(RangeError)
    // What still waits when its thread leaves is taken down without a word.
    const other = w.heap.attach({ name: "other" })
    const theirs = Syncobj.open(other, syncobj.share())
    syncobj.reset()
    theirs.addCallback(() => void called.push("left alone"))
    other.detach()
    theirs.drop()
    syncobj.signal()
    await turn()
    expect(called).toHaveLength(3)
    w.end()
  })

  test("a timeline has no more links than points in flight, though nobody reads it", () => {
    const w = stage({ fences: 64, containers: 32 })
    const syncobj = w.syncobj()
    const pending: ReturnType<typeof w.timeline.fence>[] = []
    for (let point = 1n; point <= 3_000n; point++) {
      const fence = w.timeline.fence()
      syncobj.addPoint(point, fence)
      pending.push(fence)
      // Out of order: every second one of those in flight.
      if (pending.length > 8)
        for (const index of [5, 1]) {
          const [done] = pending.splice(index, 1)
          done!.signal()
          done!.drop()
        }
    }
    for (const fence of pending) {
      fence.signal()
      fence.drop()
    }
    expect(syncobj.query()).toBe(3_000n)
    w.end()
  })

  test("asking and waiting for no time ask the issuer", () => {
    let isDone = false
    const w = stage({ ops: { pollSignaled: () => isDone } })
    const syncobj = w.syncobj()
    syncobj.replaceFence(w.fence())
    const look = () => outcome(() => syncobj.waitSync({ timeoutMs: 0 }))
    expect(look()).toBe("ETIME")
    isDone = true
    expect(look()).toBe("ok")
    w.end()
  })

  test("what an issuer throws when it is asked ends the wait with that, and nothing is left", async () => {
    let fails = true
    const w = stage({
      ops: {
        pollSignaled() {
          if (fails) throw new Error("no answer")
          return true
        },
      },
    })
    const syncobj = w.syncobj()
    syncobj.addPoint(1n, w.fence())
    expect(outcome(() => syncobj.waitSync({ point: 1n }))).toContain("no answer")
    expect(await outcomeOf(syncobj.wait({ point: 1n }))).toContain("no answer")
    fails = false
    await syncobj.wait({ point: 1n })
    w.end()
  })

  describe("a table", () => {
    const { all, forSubmit, available, deadline, abortOnError } = SyncobjFlags

    function tableStage(options: object = {}) {
      const w = stage(options)
      const table = new SyncobjTable(w.thread)
      return { ...w, table, end: () => (table.close(), w.end()) }
    }

    test("flags that a call does not know are EINVAL, before numbers are looked up", () => {
      const { table, end } = tableStage()
      const handle = table.create()
      const wait = (flags: number, points?: bigint[]) =>
        outcome(() => table.waitSync([handle], { flags, timeoutMs: 0, ...(points ? { points } : {}) }))
      expect([wait(available), wait(available, [1n]), wait(all | forSubmit | deadline)]).toEqual([
        "EINVAL",
        "ETIME",
        "ETIME",
      ])
      // The last of these have no known bit in 32, nor any unknown one: they are no flags.
      for (const flags of [0x8000_0000, -1, 0.5, NaN, 2 ** 32, 2 ** 32 + 1, 2 ** 40])
        expect(wait(flags), String(flags)).toBe("EINVAL")
      expect(outcome(() => table.waitSync([99], { flags: 64 }))).toBe("EINVAL")
      const to = { handle }
      expect(outcome(() => table.transfer({ from: to, to, flags: all }))).toBe("EINVAL")
      expect(outcome(() => table.registerEvent(handle, () => {}, { flags: forSubmit }))).toBe("EINVAL")
      end()
    })

    test("what is wrong with one of several changes none", () => {
      const { table, end } = tableStage()
      const [a, b] = [table.create(), table.create()]
      expect(() => table.signal([a, b], [1n, -1n])).toThrow(RangeError)
      expect(table.query([a, b])).toEqual([0n, 0n])
      expect(outcome(() => table.queryErrors([]))).toBe("EINVAL")
      end()
    })

    test("transfers, exports and imports at points; waits for what is transferred", async () => {
      const { table, end } = tableStage()
      const [source, target] = [table.create(), table.create()]
      const [from, to] = [
        { handle: source, point: 2n },
        { handle: target, point: 5n },
      ]
      expect(outcome(() => table.transfer({ from, to }))).toBe("EINVAL")
      expect(outcome(() => table.transfer({ from, to, flags: forSubmit, timeoutMs: 0 }))).toBe("ETIME")
      const moving = table.transferAsync({ from, to, flags: forSubmit })
      table.signal([source], [2n])
      table.reset([source])
      await moving
      expect(table.query([target])).toEqual([5n])
      const file = table.exportSyncFile(target, 5n)
      table.importSyncFile(source, file, 9n)
      file.drop()
      expect(table.query([source])).toEqual([9n])
      expect(outcome(() => table.exportSyncFile(target, 6n))).toBe("EINVAL")
      end()
    })

    test("a syncobj goes to another thread, and is the same there", () => {
      const { heap, table, end } = tableStage()
      const other = heap.attach({ name: "other" })
      const theirs = new SyncobjTable(other)
      const handle = table.create()
      const again = theirs.open(table.share(handle))
      theirs.signal([again], [3n])
      expect(table.query([handle])).toEqual([3n])
      expect(outcome(() => table.share(99))).toBe("ENOENT")
      theirs.close()
      other.detach()
      end()
    })

    test("deadlines and errors: told, and asked for, with their flags", async () => {
      const deadlines: bigint[] = []
      const { table, timeline, end } = tableStage({
        ops: { setDeadline: (_: unknown, atNs: bigint) => void deadlines.push(atNs) },
      })
      const handle = table.create()
      const fence = timeline.fence()
      table.get(handle).replaceFence(fence)
      const wait = (flags: number) => outcome(() => table.waitSync([handle], { flags, deadlineNs: 5n, timeoutMs: 0 }))
      expect([wait(0), wait(deadline), table.queryErrors([handle])]).toEqual(["ETIME", "ETIME", [0]])
      expect(deadlines).toEqual([5n])
      fence.signal({ error: -5 })
      expect([wait(0), wait(abortOnError), table.queryErrors([handle])]).toEqual(["ok", "EIO", [-5]])
      let events = 0
      table.registerEvent(handle, () => void events++)
      await until(() => events, 1)
      fence.drop()
      end()
    })
  })

  test("a heap that is full refuses a waiter, and loses nothing", () => {
    const w = stage({ callbacks: 8 })
    const syncobj = w.syncobj()
    const waits: Promise<unknown>[] = []
    const controller = new AbortController()
    for (let i = 0; i < 16; i++) waits.push(outcomeOf(syncobj.wait({ forSubmit: true, signal: controller.signal })))
    controller.abort(new FenceError("EINTR", "enough"))
    return Promise.all(waits).then((outcomes) => {
      expect(new Set(outcomes)).toEqual(new Set(["EINTR", "FULL"]))
      expect(syncobj.addCallback(() => {}).remove()).toBe(true)
      w.end()
    })
  })

  test("one that waits in a soft timeline's point is woken by its end", async () => {
    const w = stage()
    const soft = w.keep(SoftTimeline.create(w.thread))
    const syncobj = w.syncobj()
    {
      using point = soft.point(1)
      syncobj.replaceFence(point)
    }
    const waiting = syncobj.wait()
    soft.close()
    await waiting
    expect(syncobj.error()).toBe(-2)
    w.end()
  })
})
