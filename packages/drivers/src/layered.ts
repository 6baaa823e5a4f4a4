/**
 * The scheduler as a layer: users are given its finished fences and never the driver's own, which stay between the driver and the
 * scheduler. What the layer promises is that an unload needs to know of no user: when the scheduler is empty nobody has a fence of the
 * module's any more.
 *
 * The driver's code is as without it. Whoever has the driver open submits a job; a worker runs it, and that gives work to the hardware.
 */
import { Entity, type Fence, type Module, type RunningJob, Scheduler } from "@outlive/core"
import type { Desk } from "./desk.js"
import type { Driver } from "./fence-type.js"

/** Words of the layer: the token of this life's scheduler, and whether a worker is at it. */
const ADDRESS = 0
const GENERATION = 1
const HEAP = 2
const SERVING = 3

/** Fewer than any ring has slots: what runs must not wait for one. */
const CREDITS = 8
/** For so long a process that closes its file waits for what it submitted; what is queued then is killed. */
const FLUSH_MS = 5

/** How the scheduler before a driver is made. */
export interface Layer {
  /** Whether a finished fence holds the hardware's to its own last put, as in the kernel. */
  readonly keepsParent: boolean
  /** In which module it lives. Default: in none that could go. */
  home?(): Module
  /** Told of each job that the hardware has been given. */
  started?(job: RunningJob, parent: Fence): void
  /** Whether the hardware says at once that a job is done. */
  answersEarly?(): boolean
}

export class Layered implements Driver {
  readonly #inner: Driver
  readonly #desk: Desk
  readonly #layer: Layer
  #own: Scheduler | undefined
  #entity: Entity | undefined

  constructor(inner: Driver, desk: Desk, layer: Layer = { keepsParent: desk.hasFault("F47") }) {
    this.#inner = inner
    this.#desk = desk
    this.#layer = layer
  }

  probe(): void {
    const { layer, thread } = this.#desk
    this.#inner.probe()
    const { home, keepsParent } = this.#layer
    const module = home?.()
    this.#own = Scheduler.create(thread, {
      name: "a ring's jobs",
      credits: CREDITS,
      parent: keepsParent ? "kept" : "dropped",
      ...(module ? { module } : {}),
    })
    const { address, generation, heap } = this.#own.share()
    layer.store(HEAP, heap)
    layer.store(GENERATION, generation)
    layer.store(ADDRESS, address)
  }

  open(): void {
    using scheduler = this.#open()
    this.#entity = scheduler && Entity.create(this.#desk.thread, [scheduler])
  }

  issue(): Fence | undefined {
    if (!this.#entity) return undefined
    const { scheduled, finished } = this.#entity.submit()
    scheduled.drop()
    return finished
  }

  close(): void {
    const entity = this.#entity
    this.#entity = undefined
    if (!entity) return
    entity.flush({ timeoutMs: FLUSH_MS })
    entity.close()
    entity.drop()
  }

  work(): boolean {
    const isBusy = this.#serve()
    return this.#inner.work() || isBusy
  }

  /** A ring has one thread that gives it work. */
  #serve(): boolean {
    const { layer } = this.#desk
    if (layer.load(ADDRESS) === 0 || !layer.claim(SERVING, 0, 1)) return false
    let parent: Fence | undefined
    try {
      using scheduler = this.#open()
      const run = (job: RunningJob) => {
        parent = this.#start()
        if (parent) this.#layer.started?.(job, parent)
        return this.#layer.answersEarly?.() ? undefined : parent
      }
      return scheduler?.runNext({ run }) ?? false
    } finally {
      parent?.drop()
      layer.store(SERVING, 0)
    }
  }

  #start(): Fence | undefined {
    this.#inner.open()
    try {
      return this.#inner.issue()
    } finally {
      this.#inner.close()
    }
  }

  stop(): void {
    const desk = this.#desk
    const own = this.#own!
    desk.waitFor("the scheduler does not become empty", () => own.load === 0 && own.creditsUsed === 0)
    desk.layer.store(ADDRESS, 0)
    desk.waitFor("a scheduler's thread does not return", () => desk.layer.load(SERVING) === 0)
    own.close()
    // It keeps the module loaded that it lives in; in none, it is there until the driver has gone.
    if (this.#layer.home) this.#drop()
    this.#inner.stop()
  }

  remove(): void {
    this.#drop()
    this.#inner.remove()
  }

  #drop(): void {
    this.#own?.drop()
    this.#own = undefined
  }

  dropOwn(): void {
    this.#inner.dropOwn?.()
  }

  /** The scheduler of this life; undefined once it stops. */
  #open(): Scheduler | undefined {
    const { layer, thread } = this.#desk
    const address = layer.load(ADDRESS)
    if (address === 0) return undefined
    const token = { kind: "outlive-scheduler", heap: layer.load(HEAP), address, generation: layer.load(GENERATION) }
    return Scheduler.open(thread, token)
  }
}
