/** A wait that blocks its thread: it sleeps on the thread's bell. */
import { Action, Refusal, Thread as ThreadRecord } from "../../built/layout.js"
import type { Limit } from "../entrance/limits.js"
import { throwAfter } from "../errors.js"
import type { Hung, Seat, Subscription } from "../seat/seat.js"
import type { Bell, Condition } from "./condition.js"
import { park } from "./park.js"

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
  const { engine, record } = seat
  engine.mightWait(record)
  for (let retryMs = RETRY_MS; ; retryMs = Math.min(2 * retryMs, MOST_RETRY_MS)) {
    // Listen first, look afterwards: what comes in between rings.
    seat.notice()
    const value = engine.listen(seat.record)
    condition.arm(bell, nothing)
    const found = condition.look()
    if (found !== undefined) return found
    const leftMs = limit.leftMs
    if (leftMs === 0) return condition.late()
    const ms = Math.min(leftMs, condition.isUnsettled ? retryMs : (condition.againMs ?? Infinity))
    park(seat, record + ThreadRecord.doorbell, value, ms)
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
    const seat = this.#seat
    // Also of a thread that has left, and is not vacant yet.
    const { ask, engine, record } = seat
    const node = seat.told(ask.tryAddCallback(record, fence, Action.RingThread, 0), (added) => {
      if (added > 0) seat.told(ask.removeCallback(record, added))
    })
    if (node === 0) return "complete"
    if (node === Refusal.Busy) return "later"
    if (node < 0) throw seat.heap.fullError("callbacks")
    const remove = () => seat.told(ask.tryRemoveCallback(record, node))
    let isOver = false
    const cancel = () => {
      // Whoever has reclaimed the thread has taken it down.
      if (isOver || !seat.isAttached) return false
      isOver = true
      const removed = remove()
      if (removed === Refusal.Busy) {
        // The record stays on the fence for now, and the fence must stay with it.
        engine.addRef(fence)
        seat.mail.abandon(() => remove() !== Refusal.Busy && (seat.told(ask.dropRef(record, fence)), true))
      }
      return removed === 1
    }
    return { cancel }
  }

  /** Every ring wakes a sleeper: nothing needs to be hung up. */
  onRing(): Subscription {
    return { cancel: () => true }
  }
}
