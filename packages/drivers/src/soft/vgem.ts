/** vgem: a fence that a user makes and signals; a timer in each ends it if he does not. The release op deletes the timer: so it is bound. */
import { type Fence, type ModuleDefinition, type Thread, type Timeline, defineModule } from "@outlive/core"
import type { Desk } from "../desk.js"
import type { Driver, FenceType, Maker } from "../fence-type.js"

const SLOTS = 8
const STATE = 16
const TIMER = 32
const Slot = { free: 0, used: 1, expired: 2, ending: 3 } as const
const TIMEOUT_MS = 6
const ETIMEDOUT = -110

export const vgem: FenceType = {
  driver: "soft",
  name: "vgem",
  about: "made and signaled by a user, with a timer in each; the release op deletes the timer",
  mustHold: ["A timer goes with its fence."],
  faults: {},
  cannot: { layered: "no scheduler: a user signals it" },
  cells: SLOTS,
  module: moduleOf,
  device: () => false,
  bind: (desk) => new Vgem(desk),
}

function moduleOf({ firstCell, words }: Maker): ModuleDefinition {
  return defineModule({
    name: "vgem",
    driverName: "vgem",
    ops: {
      // KERNEL: it deletes the timer, and waits for its function; here nobody waits in a section, and whoever signals has seen to it.
      free() {},
    },
    works: {
      expire(work, thread) {
        const slot = work.argument
        const fence = thread.replaceAt(firstCell + slot, undefined)
        if (!fence) return
        fence.signal({ error: ETIMEDOUT })
        fence.drop()
        words.store(STATE + slot, Slot.expired)
      },
    },
  })
}

class Vgem implements Driver {
  readonly #desk: Desk
  readonly #thread: Thread
  #timeline: Timeline | undefined

  constructor(desk: Desk) {
    this.#desk = desk
    this.#thread = desk.thread
  }

  probe(): void {
    this.#desk.load()
  }

  open(): void {
    this.#timeline = this.#desk.load().timeline("unbound: a user's fences")
  }

  close(): void {
    this.#timeline?.close()
  }

  issue(): Fence | undefined {
    const { words, firstCell } = this.#desk
    const slot = Array.from({ length: SLOTS }, (_, n) => n).find((n) => words.claim(STATE + n, Slot.free, Slot.used))
    if (slot === undefined) return undefined
    const fence = this.#timeline!.fence()
    const timer = this.#desk.load().work("expire", { argument: slot })
    words.store(TIMER + slot, timer.token)
    this.#thread.replaceAt(firstCell + slot, fence.addRef())
    timer.arm(TIMEOUT_MS)
    return fence
  }

  /** The user signals some of his fences; the others expire. */
  work(): boolean {
    const { random, firstCell, words } = this.#desk
    const slot = random.below(SLOTS)
    if (words.claim(STATE + slot, Slot.expired, Slot.ending)) this.#endTimer(slot)
    if (!random.oneIn(4)) return false
    const fence = this.#thread.replaceAt(firstCell + slot, undefined)
    if (!fence) return false
    this.#desk.attempt("signals a fence", () => void fence.signal())
    this.#endTimer(slot)
    this.#desk.attempt("drops a fence", () => fence.drop())
    return true
  }

  /** Its function has returned, and will not be called: the timer's memory goes. */
  #endTimer(slot: number): void {
    this.#desk.attempt("deletes a timer", () => {
      const timer = this.#thread.work(this.#desk.words.load(TIMER + slot))
      timer.cancelSync()
      timer.discard()
    })
    this.#desk.words.store(STATE + slot, Slot.free)
  }

  stop(): void {
    const { words } = this.#desk
    this.#desk.waitFor("a fence does not expire", () =>
      Array.from({ length: SLOTS }, (_, n) => n).every((n) => words.load(STATE + n) === Slot.free),
    )
  }

  remove(): void {}
}
