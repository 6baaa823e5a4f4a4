/** A race, as the page sees it: starts four workers, waits for fences itself, and stops. */
import { Heap, type LifetimeName } from "@outlive/core/all"
import type { Order, Report } from "./crew.js"
import { LANES, Lanes } from "./lanes.js"
import { CELLS, crashesIn, findFence, gpu, isBusy } from "./roles.js"

export interface Told {
  /** An operation crashed. */
  oops(thread: string, code: string, message: string): void
  /** The race cannot go on. */
  failed(message: string): void
}

export class Race {
  readonly lanes = new Lanes()
  readonly #heap: Heap
  readonly #thread
  readonly #told: Told
  readonly #workers: Worker[] = []
  readonly #left: Promise<unknown>
  readonly #waiting: Promise<void>

  constructor(lifetime: LifetimeName, pauseMs: number, told: Told) {
    this.#told = told
    this.#heap = Heap.create({ fences: 4_096, timelines: 256, threads: LANES.length, lifetime })
    this.#thread = this.#heap.attach({ name: "page", modules: [gpu] })
    this.pauseMs = pauseMs
    this.#left = Promise.all(LANES.map((role) => (role === "page" ? undefined : this.#start(role))))
    this.#waiting = this.#waitForFences()
  }

  set pauseMs(ms: number) {
    this.lanes.set("pauseMs", ms)
  }

  /** Resolves when the worker has left, or has failed. */
  #start(role: Order["role"]): Promise<void> {
    const worker = new Worker(new URL("./crew.js", import.meta.url), { type: "module", name: role })
    this.#workers.push(worker)
    const { words, beganAt } = this.lanes
    worker.postMessage({ heap: this.#heap.share(), role, words, beganAt } satisfies Order)
    return new Promise((resolve) => {
      const end = (message: string) => {
        this.#told.failed(`The ${role} has failed: ${message}`)
        this.lanes.set("stop", 1)
        resolve()
      }
      worker.addEventListener("error", ({ message }) => end(message))
      worker.addEventListener("message", ({ data }: MessageEvent<Report>) => {
        if (data.kind === "oops") this.#told.oops(role, data.code, data.message)
        else if (data.kind === "failed") end(data.message)
        else resolve()
      })
    })
  }

  /** The page waits as well: as a promise, for it may not block. */
  async #waitForFences(): Promise<void> {
    while (this.lanes.get("stop") === 0) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(this.lanes.get("pauseMs"), 16)))
      try {
        using fence = findFence(this.#thread)
        const outcome = await fence?.wait({ timeoutMs: 1_000 })
        if (fence && outcome === "signaled") this.lanes.record("page", "waited", fence.user)
      } catch (error) {
        this.#crashed(error)
      }
    }
  }

  #crashed(error: unknown): void {
    if (isBusy(error)) return
    for (const { code, message } of crashesIn(error)) {
      this.lanes.record("page", "oops")
      this.#told.oops("page", code, message)
    }
  }

  /** Stops everybody. @returns how many fences are still in use when all have been given back */
  async stop(): Promise<number> {
    this.lanes.set("stop", 1)
    await Promise.all([this.#left, this.#waiting])
    for (let cell = 0; cell < CELLS; cell++) {
      try {
        this.#thread.replaceAt(cell, undefined)?.drop()
      } catch (error) {
        this.#crashed(error)
      }
    }
    await this.#thread.barrierAsync()
    const { inUse } = this.#heap.accounts().fences
    for (const worker of this.#workers) worker.terminate()
    this.#heap.close()
    return inUse
  }
}
