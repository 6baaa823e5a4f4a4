/** What must hold of fences of a GPU. Each claim is given the package, so that a broken twin of it can be given as well. */
import { type Fence, Heap, ModuleError, type Thread } from "@outlive/core"
import type * as Webgpu from "@outlive/webgpu"
import { type Command, FakeGpu, settled } from "./fake-gpu.js"

const [EIO, ENOMEM, ENODEV, EINVAL, ECANCELED] = [-5, -12, -19, -22, -125]

export interface World {
  readonly heap: Heap
  readonly thread: Thread
  readonly gpu: FakeGpu
  readonly timeline: Webgpu.GpuTimeline<Command>
  readonly webgpu: typeof Webgpu
  /** What was told of refused submissions. */
  readonly told: string[]
}

type Claim = (world: World) => Promise<void>

function is(actual: unknown, expected: unknown): void {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== e) throw new Error(`${a}, and not ${e}`)
}

const statuses = (fences: readonly Fence[]) => fences.map((fence) => fence.status())
const dropAll = (fences: readonly Fence[]) => fences.forEach((fence) => fence.drop())

export const CLAIMS: Readonly<Record<string, Claim>> = {
  "a fence is pending until the queue has done its work": async ({ gpu, timeline }) => {
    const fence = timeline.submit([{}, {}])
    await settled()
    is([gpu.submitted.length, fence.status(), timeline.pending], [2, 0, 1])
    await gpu.finish()
    is([fence.status(), timeline.pending], [1, 0])
    fence.drop()
  },

  "another thread waits for it": async ({ heap, gpu, timeline }) => {
    const fence = timeline.submit([{}])
    const other = Heap.open(heap.share()).attach({ name: "other" })
    const theirs = other.open(fence.share())
    const waiting = theirs.wait()
    await gpu.finish()
    is(await waiting, "signaled")
    dropAll([theirs, fence])
    other.detach()
  },

  "a fence without a submission is for all that was submitted": async ({ gpu, timeline }) => {
    gpu.queue.submit([{}])
    const fence = timeline.fence()
    await settled()
    is(fence.status(), 0)
    await gpu.finish()
    is(fence.status(), 1)
    fence.drop()
  },

  "fences complete in order, in whatever order they are answered": async ({ gpu, timeline }) => {
    const fences = [timeline.submit([{}]), timeline.submit([{}]), timeline.submit([{}])]
    const completed: number[] = []
    for (const [i, fence] of fences.entries()) fence.addCallback(() => void completed.push(i))
    await gpu.finishLast()
    await gpu.finishLast()
    is(statuses(fences), [0, 0, 0])
    await gpu.finishLast()
    is(completed, [0, 1, 2])
    dropAll(fences)
  },

  "a lost device ends its fences with an error, although it says that the work is done": async ({ gpu, timeline }) => {
    const fences = [timeline.submit([{}]), timeline.fence()]
    await gpu.lose("unknown")
    is([statuses(fences), timeline.lost?.reason], [[ENODEV, ENODEV], "unknown"])
    dropAll(fences)
  },

  "also where it says that before it says that it is lost": async ({ gpu, timeline }) => {
    const fence = timeline.submit([{}])
    await gpu.lose("unknown", { lostFirst: false })
    is(fence.status(), ENODEV)
    fence.drop()
  },

  "what was done before the loss stays done": async ({ gpu, timeline }) => {
    const fences = [timeline.submit([{}]), timeline.submit([{}])]
    await gpu.finish(1)
    await gpu.lose("unknown")
    is(statuses(fences), [1, ENODEV])
    dropAll(fences)
  },

  "what was answered before the loss is not lost, although it had to wait": async ({ gpu, timeline }) => {
    const fences = [timeline.submit([{}]), timeline.submit([{}])]
    await gpu.finishLast()
    await gpu.lose("unknown")
    is(statuses(fences), [ENODEV, 1])
    dropAll(fences)
  },

  "a device that the program destroys cancels them": async ({ gpu, timeline }) => {
    const fence = timeline.submit([{}])
    await gpu.lose("destroyed")
    is(fence.status(), ECANCELED)
    fence.drop()
  },

  "after the loss a fence has its error at once, and nothing is submitted": async ({ gpu, timeline }) => {
    await gpu.lose("unknown")
    const fences = [timeline.submit([{}]), timeline.fence()]
    is([statuses(fences), timeline.pending, gpu.submitted.length], [[ENODEV, ENODEV], 0, 0])
    dropAll(fences)
  },

  "commands that are refused fail their fence, and the next one not": async ({ gpu, timeline, told }) => {
    const fences = [
      timeline.submit([{ fails: "validation" }]),
      timeline.submit([{ fails: "out-of-memory" }]),
      timeline.submit([{ fails: "internal" }]),
      timeline.submit([{}]),
    ]
    await gpu.finish()
    is(statuses(fences), [EINVAL, ENOMEM, EIO, 1])
    is(told, ["validation", "out-of-memory", "internal"])
    dropAll(fences)
  },

  "a queue that cannot say when is an error": async ({ gpu, timeline }) => {
    const fence = timeline.submit([{}])
    await gpu.fail()
    is(fence.status(), EIO)
    fence.drop()
  },

  "a submission that throws leaves nothing behind": async ({ gpu, timeline, heap, thread }) => {
    let thrown: unknown
    try {
      timeline.submit(["no command" as Command])
    } catch (error) {
      thrown = error
    }
    thread.barrier()
    is(thrown instanceof TypeError, true)
    is([timeline.pending, gpu.scopes.length, heap.accounts().fences.inUse], [0, 0, 0])
  },

  "closed, it cancels what is pending, and what the GPU does later touches nothing": async (world) => {
    const { gpu, timeline, thread, webgpu, heap } = world
    const fences = [timeline.submit([{}]), timeline.submit([{}])]
    const module = thread.load(webgpu.webgpu)
    let refused: unknown
    try {
      module.unload()
    } catch (error) {
      refused = error
    }
    is(refused instanceof ModuleError && refused.code, "IN_USE")
    timeline.close()
    is(statuses(fences), [ECANCELED, ECANCELED])
    module.unload()
    is(fences[0]!.driverName(), "detached-driver")
    dropAll(fences)
    thread.barrier()
    is(heap.accounts().fences.inUse, 0)
    await gpu.finish()
    await gpu.lose("unknown")
    is(heap.accounts().fences.inUse, 0)
  },

  "whoever drops a fence early does not keep it from completing": async ({ gpu, timeline, heap, thread }) => {
    const fence = timeline.submit([{}])
    const token = fence.share()
    fence.drop()
    const again = thread.open(token)
    await gpu.finish()
    is(again.status(), 1)
    again.drop()
    thread.barrier()
    is(heap.accounts().fences.inUse, 0)
  },

  "what is no device is refused, and nothing is left": async ({ heap, thread, webgpu, gpu }) => {
    const before = heap.accounts().timelines.inUse
    for (const device of [undefined, null, {}, { queue: {} }, { ...gpu, lost: undefined }, { ...gpu, queue: null }]) {
      let error: unknown
      try {
        webgpu.GpuTimeline.open(thread, device as never, { name: "none" })
      } catch (thrown) {
        error = thrown
      }
      is(error instanceof TypeError && error.message.startsWith("Cannot issue fences"), true)
    }
    is(heap.accounts().timelines.inUse, before)
  },

  "a callback that closes the timeline changes no order": async ({ gpu, timeline }) => {
    const fences = [timeline.submit([{}]), timeline.submit([{}]), timeline.submit([{}])]
    const order: number[] = []
    for (const [i, fence] of fences.entries())
      fence.addCallback(() => {
        order.push(i)
        if (i === 0) timeline.close()
      })
    await gpu.finish()
    await settled()
    is(order, [0, 1, 2])
    dropAll(fences)
  },
}

/** Plays one claim in a world of its own. @throws what does not hold */
export async function play(claim: Claim, webgpu: typeof Webgpu): Promise<void> {
  const heap = Heap.create({ fences: 64, threads: 4, flavour: "checked" })
  try {
    const thread = heap.attach({ name: "page" })
    const gpu = new FakeGpu()
    const told: string[] = []
    const timeline = webgpu.GpuTimeline.open<Command>(thread, gpu, { onError: (_, filter) => void told.push(filter) })
    await claim({ heap, thread, gpu, timeline, webgpu, told })
    timeline.close()
  } finally {
    heap.close()
  }
}
