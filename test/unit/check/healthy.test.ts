/** `checkHeap` has nothing to say about a heap that is well, whatever it is used for. */
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
  Usage,
  defineModule,
  merge,
} from "@outlive/core"
import { describe, expect, it } from "vitest"
import { checkHeap } from "../../../packages/core/src/heap/check/check-heap.js"
import { BUILDS, world } from "../world.js"
import { FOR_CI } from "../../prove.js"

type World = ReturnType<typeof world>

/** Each leaves something behind that is right, and returns what gives it back. */
const USES: Readonly<Record<string, (w: World) => (() => void) | void>> = {
  nothing: () => {},
  "a pending fence": ({ timeline }) => {
    const fence = timeline.fence()
    return () => fence.drop()
  },
  "a complete fence": ({ timeline }) => {
    const fence = timeline.fence()
    fence.setError(-5)
    fence.signal({ atNs: 5n })
    return () => fence.drop()
  },
  "fences that share a lock": ({ module }) => {
    const external = module.timeline("external", { lock: "external" })
    const fences = [external.fence(), external.fence()]
    fences[0]!.signal()
    return () => {
      for (const fence of fences) fence.drop()
      external.close()
    }
  },
  "records on their way out": ({ timeline }) => {
    for (let i = 0; i < 5; i++) timeline.fence().drop()
  },
  callbacks: ({ timeline }) => {
    const fence = timeline.fence()
    const hung = [fence.addCallback(() => {}), fence.addCounter(3), fence.addCallback(() => {}), fence.addCounter(4)]
    return () => {
      for (const callback of hung) if (callback !== "already-signaled") callback.remove()
      fence.drop()
    }
  },
  "counters that have run": ({ timeline }) => {
    const fence = timeline.fence()
    const counter = fence.addCounter(3)
    fence.signal()
    return () => {
      if (counter !== "already-signaled") counter.remove()
      fence.drop()
    }
  },
  "what was delivered and not called": ({ timeline, thread }) => {
    const fence = timeline.fence()
    fence.addCallback(() => {})
    fence.signal()
    return () => {
      thread.deliver()
      fence.drop()
    }
  },
  "what was deferred": ({ thread }) => {
    thread.defer(() => {})
    return () => thread.barrier()
  },
  "an array nobody asked for": ({ thread, timeline }) => {
    const fences = [timeline.fence(), timeline.fence()]
    const array = FenceArray.create(thread, fences)
    return () => {
      array.drop()
      for (const fence of fences) fence.drop()
    }
  },
  "an armed array, half complete": ({ thread, timeline }) => {
    const fences = [timeline.fence(), timeline.fence(), timeline.fence()]
    const array = FenceArray.create(thread, fences)
    array.enableSignaling()
    fences[1]!.signal()
    return () => {
      fences[0]!.signal()
      fences[2]!.signal()
      array.drop()
      for (const fence of fences) fence.drop()
    }
  },
  "an armed chain": ({ thread, timeline }) => {
    const fences = [timeline.fence(), timeline.fence()]
    const first = FenceChain.create(thread, { fence: fences[0]!, seqno: 1n })
    const second = FenceChain.create(thread, { previous: first, fence: fences[1]!, seqno: 2n })
    second.enableSignaling()
    return () => {
      for (const fence of fences) fence.signal()
      for (const fence of [...fences, first, second]) fence.drop()
    }
  },
  "a merge": ({ thread, module, timeline }) => {
    const other = module.timeline("other")
    const fences = [timeline.fence(), other.fence()]
    const all = merge(thread, fences)
    return () => {
      for (const fence of [...fences, all]) fence.drop()
      other.close()
    }
  },
  "a reservation": ({ thread, timeline }) => {
    const reservation = Reservation.create(thread)
    const fences = Array.from({ length: 14 }, () => timeline.fence())
    reservation.locked(() => {
      reservation.reserve(14)
      for (const [i, fence] of fences.entries()) reservation.add(fence, (i % 4) as Usage)
    })
    return () => {
      reservation.drop()
      for (const fence of fences) fence.drop()
    }
  },
  "a held reservation": ({ thread }) => {
    const context = AcquireContext.begin(thread)
    const reservation = Reservation.create(thread)
    reservation.lock(context)
    return () => {
      context[Symbol.dispose]()
      reservation.drop()
    }
  },
  "a sync file": ({ thread, timeline }) => {
    using fence = timeline.fence()
    const file = SyncFile.create(thread, fence, "frame")
    return () => file.drop()
  },
  "a soft timeline": ({ thread }) => {
    const soft = SoftTimeline.create(thread, "soft")
    const points = [3, 1, 2].map((seqno) => soft.point(seqno))
    soft.increment(1)
    return () => {
      soft.drop()
      for (const point of points) point.drop()
    }
  },
  "a syncobj with points and a waiter": ({ thread, timeline }) => {
    const syncobj = Syncobj.create(thread)
    const empty = Syncobj.create(thread)
    const fence = timeline.fence()
    syncobj.addPoint(4n, fence)
    const [controller, waits] = [new AbortController(), [] as Promise<void>[]]
    waits.push(empty.wait({ forSubmit: true, signal: controller.signal }))
    waits.push(syncobj.wait({ point: 4n, signal: controller.signal }))
    return async () => {
      controller.abort()
      await Promise.allSettled(waits)
      // A chain that was armed keeps itself until it is complete.
      fence.signal()
      fence.drop()
      syncobj.drop()
      empty.drop()
    }
  },
  "jobs, queued and running": ({ thread, timeline }) => {
    const scheduler = Scheduler.create(thread)
    const entity = scheduler.entity()
    const [parent, dependency] = [timeline.fence(), timeline.fence()]
    const running = entity.submit({ data: 1, credits: 2 })
    const queued = entity.submit({ dependencies: [dependency] })
    scheduler.runNext({ run: () => parent })
    return () => {
      scheduler.close()
      dependency.signal()
      for (const held of [running, queued, entity, scheduler, parent, dependency]) held.drop()
    }
  },
  "a read section": ({ thread, heap }) => {
    expect(thread.read(() => checkHeap(heap.words))).toEqual([])
  },
  "a held lock": ({ timeline, heap }) => {
    using fence = timeline.fence()
    expect(fence.locked(() => checkHeap(heap.words))).toEqual([])
  },
  "a fence in a cell": ({ thread, timeline }) => {
    thread.replaceAt(3, timeline.fence())
    return () => thread.replaceAt(3, undefined)?.drop()
  },
  "a module that went": ({ thread, heap }) => {
    const passing = defineModule({ name: "passing", driverName: "passing", ops: { free() {} } })
    const other = heap.attach({ name: "other", modules: [passing] })
    const module = other.load(passing)
    const timeline = module.timeline("t")
    const fence = timeline.fence()
    fence.signal()
    timeline.close()
    fence.drop()
    module.unload()
    other.detach()
    return () => thread.barrier()
  },
  "issuers' records, one of them discarded": ({ module }) => {
    const [ring, channel] = [module.record({ name: "ring" }), module.record()]
    channel.discard()
    return () => ring.discard()
  },
  "timelines with one lock, and a slab": ({ module, thread }) => {
    const first = module.timeline("first", { lock: "external" })
    const second = module.timeline("second", { lock: first.sharedLock!, slab: true })
    const fences = [first.fence(), second.fence()]
    first.close()
    fences[1]!.user = 7
    fences[1]!.claimBit(15)
    return () => {
      for (const fence of fences) {
        fence.signal()
        fence.drop()
      }
      second.close()
      thread.barrier()
    }
  },
  "ops that stay": ({ thread }) => {
    const module = thread.load(defineModule({ name: "keeper", driverName: "keeper", ops: { wait: () => true } }))
    const timeline = module.timeline("t")
    const fence = timeline.fence()
    fence.signal()
    return () => {
      fence.drop()
      timeline.close()
      module.unload()
    }
  },
}

describe.each(BUILDS)("a heap of $engine, $flavour", (build) => {
  it.each(Object.entries(USES))("is well with %s", async (_name, use) => {
    const w = world(build)
    const giveBack = use(w)
    expect(checkHeap(w.heap.words)).toEqual([])
    await giveBack?.()
    expect(checkHeap(w.heap.words)).toEqual([])
    // A fence that was dropped pending counts until its grace period is over.
    w.thread.barrier()
    w.close()
    expect(checkHeap(w.heap.words)).toEqual([])
  })
})

it("is well in all its sizes", FOR_CI, () => {
  for (const options of [
    { fences: 1, callbacks: 1, objects: 1 },
    { threads: 1_000 },
    { fences: 100_000 },
    { trace: 0 },
  ])
    for (const build of BUILDS) expect(checkHeap(Heap.create({ ...build, ...options }).words)).toEqual([])
})
