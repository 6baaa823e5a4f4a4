/** A wait that blocks its thread: it sleeps on the thread's bell. */
import { Action, Refusal, Thread as ThreadRecord } from "../../built/layout.js"
import type { Limit } from "../entrance/limits.js"
import { throwAfter } from "../errors.js"
import { canBlock } from "../host/thread-host.js"
import type { Hung, Seat, Subscription } from "../seat/seat.js"
import type { Bell, Condition } from "./condition.js"

/** How long to sleep where a lock stays taken, before asking again. */
const RETRY_MS = 0.05
const MOST_RETRY_MS = 2

/** Sleeps until the condition comes to something. @throws what the condition throws */
export function sleepUntil<T>(seat: Seat, condition: Condition<T>, limit: Limit): T {
  let found: T
  try {
    found = sleep(seat, condition, limit)
  } catch (error) {
    return throwAfter(error, () => condition.disarm())
  }
  condition.disarm()
  return found
}

function sleep<T>(seat: Seat, condition: Condition<T>, limit: Limit): T {
  const bell = new SleepersBell(seat)
  const { engine, record, words } = seat
  engine.mightWait(record)
  for (let retryMs = RETRY_MS; ; retryMs = Math.min(2 * retryMs, MOST_RETRY_MS)) {
    // Listen first, look afterwards: what comes in between rings.
    const value = engine.listen(record)
    condition.arm(bell, nothing)
    const found = condition.look()
    if (found !== undefined) return found
    const leftMs = limit.leftMs
    if (leftMs === 0) return condition.late()
    const ms = Math.min(leftMs, condition.isUnsettled ? retryMs : (condition.againMs ?? Infinity))
    engine.offline(record)
    if (canBlock) Atomics.wait(words, (record + ThreadRecord.doorbell) >> 2, value, ms)
  }
}

/** Every ring wakes a sleeper. */
const nothing = () => {}

/** Hangs up records that ring this thread's bell. */
class SleepersBell implements Bell {
  readonly #seat: Seat

  constructor(seat: Seat) {
    this.#seat = seat
  }

  onFence(fence: number): Hung {
    const { ask, engine, heap, record, mail } = this.#seat
    const node = this.#seat.told(ask.tryAddCallback(record, fence, Action.RingThread, 0), (added) => {
      if (added > 0) this.#seat.told(ask.removeCallback(record, added))
    })
    if (node === 0) return "complete"
    if (node === Refusal.Busy) return "later"
    if (node < 0) throw heap.fullError("callbacks")
    return new Ringing(
      () => this.#seat.told(ask.tryRemoveCallback(record, node)),
      (retry) => {
        // The record stays on the fence for now, and the fence must stay with it.
        engine.addRef(fence)
        mail.abandon(() => retry() && (this.#seat.told(ask.dropRef(record, fence)), true))
      },
    )
  }

  /** Every ring wakes a sleeper: nothing needs to be hung up. */
  onRing(): Subscription {
    return { cancel: () => true }
  }
}

class Ringing implements Subscription {
  readonly #remove: () => number
  readonly #abandon: (retry: () => boolean) => void
  #isOver = false

  constructor(remove: () => number, abandon: (retry: () => boolean) => void) {
    this.#remove = remove
    this.#abandon = abandon
  }

  cancel(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    const removed = this.#remove()
    if (removed === Refusal.Busy) this.#abandon(() => this.#remove() !== Refusal.Busy)
    return removed === 1
  }
}
