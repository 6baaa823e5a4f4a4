/** vgem: a fence that a user makes and signals; a timer in each ends it if he does not. The release op deletes the timer: so it is bound. */
import { type Fence, type ModuleDefinition, type Thread, type Timeline, defineModule } from "@outlive/core"
import type { Desk } from "../desk.js"
import type { Driver, FenceType, Maker } from "../fence-type.js"

const SLOTS = 8
const STATE = 16
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

/** Takes the timer down, unless its function has begun: that ends it itself. A fence that is given back has none any more. */
function deleteTimer(thread: Pick<Thread, "work">, fence: Fence): void {
  const token = fence.user
  if (token === 0) return
  const timer = thread.work(token)
  if (timer.cancel()) timer.discard()
}

function moduleOf({ firstCell, words }: Maker): ModuleDefinition {
  return defineModule({
    name: "vgem",
    driverName: "vgem",
    ops: {
      // KERNEL: it waits for the timer's function; here nobody waits in a section, and whoever signals has seen to it.
      free: (fence) => deleteTimer(fence.thread as Thread, fence),
    },
    works: {
      expire(work, thread) {
        const slot = work.argument
        const fence = thread.replaceAt(firstCell + slot, undefined)
        if (fence) {
          fence.signal({ error: ETIMEDOUT })
          fence.user = 0
        }
        work.discard()
        fence?.drop()
        words.store(STATE + slot, 0)
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
    const slot = Array.from({ length: SLOTS }, (_, n) => n).find((n) => words.claim(STATE + n, 0, 1))
    if (slot === undefined) return undefined
    const fence = this.#timeline!.fence()
    const timer = this.#desk.load().work("expire", { argument: slot })
    fence.user = timer.token
    this.#thread.replaceAt(firstCell + slot, fence.addRef())
    timer.arm(TIMEOUT_MS)
    return fence
  }

  /** The user signals some of his fences; the others expire. */
  work(): boolean {
    const { random, firstCell, words } = this.#desk
    const slot = random.below(SLOTS)
    if (!random.oneIn(4)) return false
    const fence = this.#thread.replaceAt(firstCell + slot, undefined)
    if (!fence) return false
    this.#desk.attempt("signals a fence", () => {
      fence.signal()
      const timer = this.#thread.work(fence.user)
      fence.user = 0
      // If its function has begun it ends itself, and the slot.
      if (!timer.cancel()) return
      timer.discard()
      words.store(STATE + slot, 0)
    })
    this.#desk.attempt("drops a fence", () => fence.drop())
    return true
  }

  stop(): void {
    const { words } = this.#desk
    this.#desk.waitFor("a fence does not expire", () =>
      Array.from({ length: SLOTS }, (_, n) => n).every((n) => words.load(STATE + n) === 0),
    )
  }

  remove(): void {}
}
