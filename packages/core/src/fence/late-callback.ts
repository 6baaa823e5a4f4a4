/** A callback that could not be hung up at once, because the fence's lock stayed taken: it is hung up as soon as it can be. */
import { callable } from "../entrance/functions.js"
import { surface } from "../errors.js"
import type { Seat, Subscription } from "../seat/seat.js"

/** How soon to try again, at first and at most. */
const RETRY_MS = 1
const MOST_RETRY_MS = 32

/** Goes on trying on the event loop. The holder of the lock may be dead, and this thread the one that is to hear of it. */
export function hangLater(seat: Seat, fence: number, body: () => void): Subscription {
  callable("a callback", body)
  seat.engine.addRef(fence)
  let timer: ReturnType<typeof setTimeout> | undefined
  let hung: Subscription | undefined
  let isOver = false
  const end = (): boolean => {
    if (isOver) return false
    isOver = true
    clearTimeout(timer)
    unpend()
    seat.dropFence(fence)
    return true
  }
  const call = () => {
    try {
      body()
    } catch (error) {
      surface(error)
    }
  }
  const attempt = (retryMs: number) => {
    if (isOver) return
    try {
      const found = seat.mail.onFence(fence, body)
      if (found === "later") {
        timer = setTimeout(() => attempt(Math.min(2 * retryMs, MOST_RETRY_MS)), retryMs)
        return
      }
      end()
      if (found === "complete") call()
      else hung = found
    } catch (error) {
      end()
      surface(error)
    }
  }
  const unpend = seat.mail.pend(() => void end())
  timer = setTimeout(() => attempt(RETRY_MS), RETRY_MS)
  return { cancel: () => (hung ? hung.cancel() : end()) }
}
