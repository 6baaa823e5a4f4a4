/** One of several threads that go through a round of fences side by side: in turn each of them issues a round. */
import { type Fence, type FenceCallback, HeapError, type Module, type Timeline } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import type { Stage } from "../../stage.js"
import { DRIVER_NAMES, TIMELINE_NAMES, loadIfRoom, timelineNameOf } from "../fences/issuers.js"
import { Ground, type Tight } from "./ground.js"

/** Rounds of one module: then it is unloaded, and its fences are held still. */
const ROUNDS_A_MODULE = 8
/** Fences that are held from one round to the next. */
const HOARD = 16

export const rival = defineRole<Tight>({
  name: "rival",
  claim: "Of each fence one signal wins, each callback runs once or was removed, and nothing is freed that is held.",
  seen: ["callback ran", "callback removed", "too late to add", "too late to find", "won for another", "unloaded"],
  play(stage) {
    const threads = Object.values(stage.settings.roles).reduce((sum, n) => sum + n, 0)
    const ground = new Ground(stage.tokens, threads, stage.index, stage.random)
    const one = new Rival(stage, ground)
    try {
      for (let round = 0; ; round++) {
        const isIssuer = round % threads === stage.index
        if (isIssuer && !(stage.running && one.issue())) ground.end()
        ground.cross()
        if (ground.isOver) break
        one.goThrough(round, isIssuer)
        ground.cross()
        one.judge(round)
      }
    } finally {
      ground.end()
      one.letGo()
    }
  },
})

class Rival {
  readonly #stage: Stage<Tight>
  readonly #ground: Ground
  /** A cell of our own, above the slots: engine callbacks count there. */
  readonly #counter: number
  readonly #hoard: Fence[] = []
  readonly #kept: FenceCallback[] = []
  #counts = noCounts()
  /** Callbacks that must have run. */
  #ran = 0
  #module: Module | undefined
  #timeline: Timeline | undefined
  #rounds = 0

  constructor(stage: Stage<Tight>, ground: Ground) {
    this.#stage = stage
    this.#ground = ground
    this.#counter = stage.settings.slots + stage.index
  }

  /** A round of fences, each in a slot. False when the race is over. */
  issue(): boolean {
    const { thread, random, modules } = this.#stage
    if (this.#rounds++ % ROUNDS_A_MODULE === 0) this.#unload()
    while (!this.#timeline) {
      if (!this.#stage.running || this.#ground.isOver) return false
      this.#open(random.below(modules.length))
    }
    const { slots } = this.#stage.settings
    for (let slot = 0; slot < slots; slot++) thread.replaceAt(slot, this.#timeline.fence())
    this.#stage.count("fences", slots)
    return true
  }

  /** Records of modules and timelines that went come back after a grace period. */
  #open(which: number): void {
    const definition = this.#stage.modules[which]!
    this.#module = loadIfRoom(this.#stage, definition)
    try {
      this.#timeline = this.#module?.timeline(timelineNameOf(definition.name))
    } catch (error) {
      if (!(error instanceof HeapError && error.code === "FULL")) throw error
      this.#module!.tryUnload()
      this.#stage.dawdle()
    }
  }

  /** Its last fences may be pending still, or be held: the next time it is asked again. */
  #unload(): void {
    this.#timeline?.close()
    this.#timeline = undefined
    const refusal = this.#module?.tryUnload()
    if (this.#module && refusal === undefined) this.#stage.count("unloaded")
  }

  goThrough(round: number, isIssuer: boolean): void {
    const ground = this.#ground
    const { slots } = this.#stage.settings
    const first = (round * slots) | 0
    for (let slot = 0; slot < slots; slot++) {
      // A round of many threads, on few processors, takes many seconds.
      if (!this.#stage.running) ground.hurry()
      ground.come((first + slot) | 0)
      if (isIssuer) this.#complete(slot)
      else this.#meet(slot)
      this.#stage.countOperations(1)
    }
    ground.addWins(this.#counts.won + this.#counts.wonForAnother)
  }

  /** Whoever takes a fence out of its slot signals it; its issuer may have done so before. */
  #complete(slot: number): void {
    const { thread, random } = this.#stage
    if (random.oneIn(2)) {
      const seen = thread.openAt(slot)
      if (seen?.signal()) this.#counts.won++
      seen?.drop()
    }
    const fence = thread.replaceAt(slot, undefined)
    if (!fence) return
    if (fence.signal()) this.#counts.won++
    fence.drop()
  }

  #meet(slot: number): void {
    const { thread, random } = this.#stage
    const choice = random.below(8)
    if (choice === 0) return this.#take(slot)
    const fence = thread.openAt(slot)
    if (!fence) {
      this.#counts.tooLateToFind++
      return
    }
    if (choice <= 3) this.#hangOn(fence, choice)
    else if (choice === 4) {
      if (fence.signal()) this.#counts.wonForAnother++
      this.#stage.expect(fence.hasSignaled(), "signal() returned, and the fence is not signaled (I1)")
    } else if (choice === 5)
      this.#stage.expect(!fence.isSignaled() || fence.status() === 1, "A status has changed (I5)")
    else if (choice === 6 && this.#hoard.length < HOARD) {
      this.#hoard.push(fence)
      return
    }
    fence.drop()
  }

  #take(slot: number): void {
    const fence = this.#stage.thread.replaceAt(slot, undefined)
    if (!fence) {
      this.#counts.tooLateToFind++
      return
    }
    if (fence.signal()) this.#counts.wonForAnother++
    fence.drop()
  }

  #hangOn(fence: Fence, choice: number): void {
    const callback = fence.addCounter(this.#counter)
    if (callback === "already-signaled") {
      this.#counts.tooLateToAdd++
      this.#stage.expect(fence.hasSignaled(), "addCallback says already-signaled of a fence that is not (I2)")
      return
    }
    this.#counts.added++
    if (choice !== 1) this.#kept.push(callback)
    else if (callback.remove()) this.#counts.removed++
    else this.#ran++
  }

  /** All have come out of the round: every fence of it is signaled, and every callback has run or was removed. */
  judge(round: number): void {
    const stage = this.#stage
    stage.expect(
      this.#ground.wins === (((round + 1) * stage.settings.slots) | 0),
      "In a round a fence was signaled twice, or not (I1)",
    )
    for (const callback of this.#kept.splice(0)) {
      stage.expect(!callback.remove(), "A callback was removed from a fence that had been signaled (I2)")
      this.#ran++
    }
    const { engine, heap } = stage.thread
    const ran = engine.readCell(heap.cell(this.#counter))
    stage.expect(ran === (this.#ran | 0), `Callbacks ran ${ran} times, and should have ${this.#ran} times (I2)`)
    this.#tell()
    while (this.#hoard.length > stage.random.below(HOARD)) this.#release(this.#hoard.shift()!)
  }

  #tell(): void {
    const { added, removed, tooLateToAdd, tooLateToFind, wonForAnother } = this.#counts
    this.#counts = noCounts()
    const told = [
      ["callback ran", added - removed],
      ["callback removed", removed],
      ["too late to add", tooLateToAdd],
      ["too late to find", tooLateToFind],
      ["won for another", wonForAnother],
    ] as const
    for (const [what, times] of told) if (times > 0) this.#stage.count(what, times)
  }

  /** A fence that was held: it is signaled, and named, whatever has become of its module. */
  #release(fence: Fence): void {
    const stage = this.#stage
    stage.expect(fence.status() === 1, "A fence that was held is not complete (I5)")
    stage.expect(DRIVER_NAMES.has(fence.driverName()), "A driver's name is torn (I7)")
    stage.expect(TIMELINE_NAMES.has(fence.timelineName()), "A timeline's name is torn (I7)")
    fence.drop()
  }

  letGo(): void {
    for (const fence of this.#hoard.splice(0)) fence.drop()
    this.#unload()
  }
}

/** What one saw in a round. */
const noCounts = () => ({ added: 0, removed: 0, tooLateToAdd: 0, tooLateToFind: 0, won: 0, wonForAnother: 0 })
