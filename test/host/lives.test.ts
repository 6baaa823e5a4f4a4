/** What is held has a life: an operation on something that was given back, or whose thread has left, is refused and does nothing. */
import {
  type Fence,
  FenceArray,
  FenceChain,
  Reservation,
  Scheduler,
  SoftTimeline,
  SyncFile,
  Syncobj,
  type Thread,
  Usage,
  merge,
  unwrap,
  waitAll,
  waitAllSync,
  waitAny,
  waitAnySync,
} from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

const coded = (code: string) => expect.objectContaining({ code }) as Error

/** Everything that can be asked of a fence's handle. */
const ON_FENCE: Readonly<Record<string, (fence: Fence, thread: Thread) => unknown>> = {
  address: (f) => f.address,
  signal: (f) => f.signal(),
  "signal at a time": (f) => f.signal({ atNs: 5n }),
  checkAndSignal: (f) => f.checkAndSignal(),
  locked: (f) => f.locked(() => 1),
  signalLocked: (f) => f.signalLocked(),
  hasSignaled: (f) => f.hasSignaled(),
  isSignaled: (f) => f.isSignaled(),
  status: (f) => f.status(),
  setError: (f) => f.setError(-5),
  enableSignaling: (f) => f.enableSignaling(),
  setDeadline: (f) => f.setDeadline(5n),
  timestampNs: (f) => f.timestampNs,
  driverName: (f) => f.driverName(),
  timelineName: (f) => f.timelineName(),
  context: (f) => f.context,
  seqno: (f) => f.seqno,
  describe: (f) => f.describe(),
  isLater: (f) => f.isLater(f),
  isDetached: (f) => f.isDetached,
  addCallback: (f) => f.addCallback(() => {}),
  addCounter: (f) => f.addCounter(0),
  waitSync: (f) => f.waitSync({ timeoutMs: 0 }),
  wait: (f) => f.wait({ timeoutMs: 0 }),
  addRef: (f) => f.addRef(),
  kind: (f) => f.kind,
  share: (f) => f.share(),
  "waitAny of it": (f) => waitAny([f], { timeoutMs: 0 }),
  "waitAnySync of it": (f) => waitAnySync([f], { timeoutMs: 0 }),
  "waitAll of it": (f) => waitAll([f], { timeoutMs: 0 }),
  "waitAllSync of it": (f) => waitAllSync([f], { timeoutMs: 0 }),
  "an array of it": (f, thread) => FenceArray.create(thread, [f]),
  "a chain of it": (f, thread) => FenceChain.create(thread, { fence: f, seqno: 1n }),
  "a merge of it": (f, thread) => merge(thread, [f]),
  "unwrapping it": (f) => unwrap(f),
  "a sync file of it": (f, thread) => SyncFile.create(thread, f),
  "leaving it in a cell": (f, thread) => thread.replaceAt(0, f),
}

/** The code of what a call throws or rejects with; undefined when it succeeds. */
async function refusal(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
}

describe.each(BUILDS)("$engine $flavour", (build) => {
  test("a fence's handle that was dropped refuses everything, and the fence is as it was", async () => {
    const { thread, timeline, close } = world(build)
    const [dropped, fence] = [timeline.fence(), timeline.fence()]
    dropped.signal()
    dropped.drop()
    dropped.drop()
    for (const [name, act] of Object.entries(ON_FENCE))
      expect([name, await refusal(() => act(dropped, thread))]).toEqual([name, "STALE"])
    fence.signal()
    fence.drop()
    close()
  })

  test("a handle whose thread has left refuses everything but to be dropped, which gives its reference back", async () => {
    const { heap, mock, timeline, close } = world(build)
    const fence = timeline.fence()
    const leaver = heap.attach({ name: "leaver", modules: [mock] })
    const theirs = leaver.open(fence.share())
    const objects = [Reservation.create(leaver), Syncobj.create(leaver), SyncFile.create(leaver, theirs)]
    leaver.detach()
    for (const [name, act] of Object.entries(ON_FENCE)) {
      if (name === "address") continue
      expect([name, await refusal(() => act(theirs, leaver))]).toEqual([name, "DETACHED"])
    }
    for (const handle of [theirs, ...objects]) handle.drop()
    expect(heap.accounts().threads.inUse).toBe(1)
    fence.signal()
    fence.drop()
    close()
    expect(heap.accounts().objects.inUse).toBe(0)
  })

  test("a handle that was lent to an issuer's function is good until it returns", async () => {
    const kept: Fence[] = []
    const { thread, timeline, close } = world({
      ...build,
      fences: 4,
      ops: {
        enableSignaling(fence) {
          kept.push(fence)
          expect(fence.hasSignaled()).toBe(false)
        },
      },
    })
    const fence = timeline.fence()
    fence.enableSignaling()
    fence.signal()
    fence.drop()
    thread.barrier()
    const later = [timeline.fence(), timeline.fence()]
    for (const [name, act] of Object.entries(ON_FENCE))
      expect([name, await refusal(() => act(kept[0]!, thread))]).toEqual([name, "STALE"])
    kept[0]!.drop()
    expect(later.map((one) => one.hasSignaled())).toEqual([false, false])
    for (const one of later) {
      one.signal()
      one.drop()
    }
    close()
  })

  test("a lent handle can be kept by a reference of one's own, and handed on", () => {
    const kept: Fence[] = []
    const { thread, timeline, close } = world({
      ...build,
      ops: {
        enableSignaling(fence) {
          kept.push(fence.addRef())
          thread.replaceAt(0, fence)
        },
      },
    })
    const fence = timeline.fence()
    fence.enableSignaling()
    fence.drop()
    expect(kept[0]!.signal()).toBe(true)
    thread.replaceAt(0, undefined)!.drop()
    kept[0]!.drop()
    close()
  })

  test("what belongs to another thread, or heap, is refused where it is taken", async () => {
    const [here, there] = [world(build), world(build)]
    const guest = here.heap.attach({ name: "guest", modules: [here.mock] })
    const theirs = [there.timeline.fence(), guest.load(here.mock).timeline("guest").fence()]
    const { thread } = here
    const own = here.timeline.fence()
    const reservation = Reservation.create(thread)
    const soft = SoftTimeline.create(thread)
    const takers: Readonly<Record<string, (fence: Fence) => unknown>> = {
      array: (f) => FenceArray.create(thread, [own, f]),
      chain: (f) => FenceChain.create(thread, { fence: f, seqno: 1n }),
      "chain before": (f) => FenceChain.create(thread, { previous: f, fence: own, seqno: 1n }),
      merge: (f) => merge(thread, [own, f]),
      "sync file": (f) => SyncFile.create(thread, f),
      syncobj: (f) => Syncobj.create(thread).replaceFence(f),
      point: (f) => Syncobj.create(thread).addPoint(1n, f),
      cell: (f) => thread.replaceAt(0, f),
      isLater: (f) => own.isLater(f),
      deadlineOf: (f) => soft.deadlineOf(f),
      waitAny: (f) => waitAny([own, f]),
      waitAllSync: (f) => waitAllSync([own, f]),
      dependency: (f) =>
        Scheduler.create(thread)
          .entity()
          .submit({ dependencies: [f] }),
      "reservation.add": (f) =>
        reservation.locked(() => {
          reservation.reserve(1)
          reservation.add(f, Usage.Read)
        }),
    }
    for (const fence of theirs)
      for (const [name, take] of Object.entries(takers))
        expect([name, await refusal(() => take(fence))]).toEqual([name, "FOREIGN"])
    expect(() => thread.open(there.timeline.fence().share())).toThrow(coded("FOREIGN"))
    expect(reservation.tryLock(), "no lock is left held").toBe(true)
  })

  test("a token that was damaged on its way names nothing, and changes nothing", () => {
    const { heap, thread, timeline, close } = world(build)
    const fence = timeline.fence()
    const token = fence.share()
    const [cell, end] = [heap.cell(0), heap.memory.buffer.byteLength]
    const addresses = [
      -64,
      0,
      1,
      2 ** 31,
      2 ** 32 + token.address,
      end,
      token.address + 4,
      token.address + 0.5,
      cell,
      NaN,
    ]
    for (const address of addresses) expect(() => thread.open({ ...token, address })).toThrow(coded("STALE"))
    for (const generation of [token.generation + 1, token.generation + 2, -1, 0.5, NaN])
      expect(() => thread.open({ ...token, generation })).toThrow(coded("STALE"))
    for (const odd of [undefined, null, 5, "token", {}, { ...token, kind: "outlive-syncobj" }])
      expect(() => thread.open(odd as never)).toThrow(TypeError)
    expect(thread.engine.isReading(thread.record)).toBe(0)
    fence.signal()
    fence.drop()
    close()
  })

  test("a second remove() removes nothing, whoever has the record by then", () => {
    const { thread, timeline, close } = world(build)
    const fence = timeline.fence()
    const called: string[] = []
    const first = fence.addCallback(() => called.push("first"))
    if (first === "already-signaled") throw new Error("It was pending")
    expect(first.remove()).toBe(true)
    fence.addCallback(() => called.push("second"))
    expect(first.remove()).toBe(false)
    const counter = fence.addCounter(1)
    if (counter === "already-signaled") throw new Error("It was pending")
    fence.signal()
    thread.deliver()
    expect([counter.remove(), counter.remove()]).toEqual([false, false])
    expect(called).toEqual(["second"])
    fence.drop()
    close()
  })
})
