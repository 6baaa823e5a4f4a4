/** Fences for what a GPU does. The thread that has the device signals them from its event loop; every thread can wait for them. */
import { defineModule, dispose } from "@outlive/core/building"
// The page's own import of the package brings the engine.
import type { Fence, ModuleDefinition, Thread, Timeline } from "@outlive/core"
import { GpuErrno, errnoOfLoss } from "./errno.js"
import type { GpuDevice, GpuLoss } from "./gpu-device.js"
import { InOrder } from "./in-order.js"
import { type OnError, submitInScopes } from "./scopes.js"

/** The module that issues them. Threads that only wait need not know it. */
export const webgpu: ModuleDefinition = defineModule({ name: "webgpu", driverName: "webgpu" })

/** How a timeline of a GPU is named, and whom it tells. */
export interface GpuTimelineOptions {
  /** One for each device in a heap: fences of one timeline complete in order. Default: "queue". */
  readonly name?: string
  /**
   * Told why a submission failed; its fence has the error number only. Default: a warning in the console, as the browser itself
   * prints errors that no scope has caught.
   */
  readonly onError?: OnError
}

/**
 * Issues fences for the work of one device's queue. For the thread that has the device; what waits may be any.
 * @example
 * const gpu = GpuTimeline.open(thread, await adapter.requestDevice())
 * using frame = gpu.submit([encoder.finish()])
 * worker.postMessage(frame.share())
 */
export class GpuTimeline<Commands> {
  readonly #device: GpuDevice<Commands>
  readonly #timeline: Timeline
  readonly #onError: OnError
  readonly #work = new InOrder()
  #loss: GpuLoss | undefined
  #isClosed = false

  private constructor(device: GpuDevice<Commands>, timeline: Timeline, onError: OnError) {
    this.#device = device
    this.#timeline = timeline
    this.#onError = onError
  }

  /**
   * Loads the module, and begins to watch the device.
   * @throws TypeError for what is no device; HeapError FULL, DETACHED; ModuleError NOT_LIVE
   */
  static open<Commands>(
    thread: Thread,
    device: GpuDevice<Commands>,
    { name = "queue", onError = warn }: GpuTimelineOptions = {},
  ): GpuTimeline<Commands> {
    assertDevice(device)
    if (typeof onError !== "function") throw new TypeError("Cannot use onError of a GPU timeline: a function is needed")
    const gpu = new GpuTimeline(device, thread.load(webgpu).timeline(name), onError)
    void gpu.#watch()
    return gpu
  }

  /** How many fences are not complete yet. */
  get pending(): number {
    return this.#work.size
  }

  /** Why the device was lost, once it was. */
  get lost(): GpuLoss | undefined {
    return this.#loss
  }

  /**
   * Submits commands; the fence completes when they have been executed, and everything that was submitted before them. The caller
   * holds it. If they were not executed, it completes with an error: EINVAL when they were refused, ENOMEM, ENODEV for a lost
   * device, ECANCELED for one that was destroyed, EIO for anything else.
   * @throws HeapError FULL, FenceError STALE when closed: nothing was submitted then; what `queue.submit` throws
   */
  submit(commands: Iterable<Commands>): Fence {
    return this.#issue(() => {
      const submitted = submitInScopes(this.#device, commands, this.#onError)
      return Promise.all([submitted, this.#done()]).then(([refused, failed]) => refused || failed)
    })
  }

  /**
   * A fence that completes when everything has been executed that was submitted so far, in whichever way. It does not know whether
   * that was refused: use `submit` for that. A lost device ends it as it does others.
   * @throws HeapError FULL; FenceError STALE when closed
   */
  fence(): Fence {
    return this.#issue(() => this.#done())
  }

  /** Completes what is pending with ECANCELED, and gives the timeline back; what the GPU is doing goes on. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      this.#work.endAll(GpuErrno.canceled)
    } finally {
      this.#timeline.close()
    }
  }

  [dispose](): void {
    this.close()
  }

  /** The fence is made first: whoever gets none has submitted nothing. */
  #issue(begin: () => Promise<number>): Fence {
    const fence = this.#timeline.fence()
    const end = this.#work.add(fence)
    if (this.#loss) {
      end(errnoOfLoss(this.#loss))
      return fence
    }
    try {
      void begin().then(end)
    } catch (error) {
      end(GpuErrno.canceled)
      fence.drop()
      throw error
    }
    return fence
  }

  /**
   * When what was submitted has been executed: 0, or an error. A lost device resolves this, too, after it has resolved `lost`:
   * by then the fence has its error.
   */
  async #done(): Promise<number> {
    try {
      await this.#device.queue.onSubmittedWorkDone()
      return 0
    } catch {
      return GpuErrno.io
    }
  }

  async #watch(): Promise<void> {
    this.#loss = await lossOf(this.#device)
    if (!this.#isClosed) this.#work.endAll(errnoOfLoss(this.#loss))
  }
}

/** What a stand-in says that rejects, or resolves with nothing, is a loss too. */
async function lossOf({ lost }: GpuDevice<never>): Promise<GpuLoss> {
  try {
    return ((await lost) as GpuLoss | undefined) ?? UNKNOWN
  } catch {
    return UNKNOWN
  }
}

const UNKNOWN: GpuLoss = { reason: "unknown", message: "The device did not say why it was lost" }

/** @throws TypeError: later nobody could be told */
function assertDevice(device: GpuDevice<never>): void {
  const { queue, lost, pushErrorScope, popErrorScope } = ((device as unknown) ?? {}) as Partial<GpuDevice<never>>
  const functions = [queue?.submit, queue?.onSubmittedWorkDone, pushErrorScope, popErrorScope]
  if (functions.some((f) => typeof f !== "function") || typeof lost?.then !== "function")
    throw new TypeError(
      "Cannot issue fences for a GPU: a device with queue.submit(), queue.onSubmittedWorkDone(), lost, pushErrorScope() and popErrorScope() is needed",
    )
}

const warn: OnError = ({ message }, filter) => console.warn(`A GPU refused commands (${filter}): ${message}`)
