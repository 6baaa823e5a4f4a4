/** The pipeline as its owner sees it: photos go through all stages, can be canceled, and survive a worker that is killed. */
import { FenceError, Heap } from "@outlive/core/sync"
import { Event } from "@outlive/sync"
import { SIZE, STAGES, createMemory, lab, pixelsOf } from "./photos.js"
import { startWorker } from "./platform.js"

const EIO = -5

export class Lab {
  #heap
  #thread
  #running
  #timelines
  /** By stage and photo: the stage is done with it. */
  #done
  #canceled
  #memory
  #pauseMs
  #workers = []
  #started = 0

  constructor({ photos, pauseMs = 1 }) {
    this.#pauseMs = pauseMs
    // Beside those of the photos a few that are on their way back, and one seat more than workers: one may be dying.
    this.#heap = Heap.create({ fences: (STAGES.length + 1) * photos + 64 * 5, threads: STAGES.length + 2 })
    this.#thread = this.#heap.attach({ name: "lab", modules: [lab] })
    this.#running = Event.create(this.#thread, { set: true })
    const module = this.#thread.load(lab)
    // Fences of one timeline complete in order. Each photo is canceled when somebody likes, so each has a timeline of its own for that.
    const fencesOf = (name) => {
      const timeline = module.timeline(name)
      this.#timelines.push(timeline)
      return timeline
    }
    this.#timelines = []
    this.#done = STAGES.map(({ name }) => Array.from({ length: photos }, fenceOn(fencesOf(name))))
    this.#canceled = Array.from({ length: photos }, (_, i) => fencesOf(`cancel ${i}`).fence())
    this.#memory = createMemory(photos)
    this.#workers = STAGES.map((_, stage) => this.#start(stage, 0))
  }

  #start(stage, first) {
    const name = `${STAGES[stage].name} ${++this.#started}`
    const share = (fences) => fences.map((fence) => fence.share())
    const tokens = {
      running: this.#running.share(),
      canceled: share(this.#canceled),
      done: this.#done.map(share),
    }
    const message = {
      heap: this.#heap.share(),
      name,
      stage,
      first,
      tokens,
      memory: this.#memory,
      pauseMs: this.#pauseMs,
    }
    const { terminate, ended } = startWorker(new URL("./stage.js", import.meta.url), name, message)
    return { terminate, cleared: this.#clearUp(stage, name, ended) }
  }

  /** When a worker has ended: clears up after it if it has not left, and starts another one. @returns the photo that it was in the middle of */
  async #clearUp(stage, name, ended) {
    await ended
    for (const dead of this.#heap.threads().filter((thread) => thread.name === name)) this.#thread.reclaim(dead)
    const broken = this.#done[stage].findIndex((fence) => !fence.hasSignaled())
    if (broken < 0) return broken
    // Nobody else will do it: whoever waits for it is told.
    this.#done[stage][broken].signal({ error: EIO })
    this.#workers[stage] = this.#start(stage, broken + 1)
    return broken
  }

  get size() {
    return this.#canceled.length
  }

  pixelsOf(photo) {
    return pixelsOf(this.#memory, photo)
  }

  /** Which photo a stage works on, and how much of it is done, from 0 to 1. */
  progressOf(stage) {
    const at = Atomics.load(this.#memory.progress, stage)
    return { photo: Math.floor(at / SIZE), part: (at % SIZE) / SIZE }
  }

  /** Resolves with "done", or with why the photo is not: "ECANCELED", "EIO". */
  async outcomeOf(photo) {
    try {
      await this.#done.at(-1)[photo].wait()
      return "done"
    } catch (error) {
      if (!(error instanceof FenceError)) throw error
      return error.code
    }
  }

  /** The photo is not wanted any more: whoever works on it stops at the next row, and no later stage begins. */
  cancel(photo) {
    this.#canceled[photo].signal()
  }

  pause() {
    this.#running.reset()
  }

  resume() {
    this.#running.set()
  }

  /** Kills a stage's worker; another one goes on. @returns the photo that it was in the middle of, or -1 where it had done all */
  async kill(stage) {
    const { terminate, cleared } = this.#workers[stage]
    terminate()
    return cleared
  }

  /** When all photos are done with and all workers have left. @returns how many fences nobody has given back */
  async close() {
    // Who sleeps in a pause would never be done.
    this.resume()
    for (const stage of STAGES.keys()) while ((await this.#workers[stage].cleared) >= 0);
    for (const fence of [...this.#done.flat(), ...this.#canceled]) {
      fence.signal()
      fence.drop()
    }
    for (const timeline of this.#timelines) timeline.close()
    this.#running.drop()
    await this.#thread.barrierAsync()
    const { inUse } = this.#heap.accounts().fences
    this.#heap.close()
    return inUse
  }
}

const fenceOn = (timeline) => () => timeline.fence()
