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

function moduleOf({ firstCell, words }: Maker): ModuleDefinition {
  const end = (fence: Fence, errno?: number) => fence.signal(errno === undefined ? undefined : { error: errno })
  return defineModule({
    name: "vgem",
    driverName: "vgem",
    ops: {
      free(fence) {
        const timer = (fence.thread as Thread).work(fence.user)
        timer.cancelSync()
        timer.discard()
      },
    },
    works: {
      expire(work, thread) {
        const slot = work.argument
        const fence = thread.replaceAt(firstCell + slot, undefined)
        if (!fence) return
        end(fence, ETIMEDOUT)
        words.store(STATE + slot, 0)
        fence.drop()
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
    this.#desk.attempt("signals a fence", () => void fence.signal())
    words.store(STATE + slot, 0)
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
