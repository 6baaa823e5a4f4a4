/** A callback that could not be hung up at once, because the fence's lock stayed taken: it is hung up as soon as it can be. */
import { Limit } from "../entrance/limits.js"
import { surface } from "../errors.js"
import { canBlock, sleep } from "../host/thread-host.js"
import { keepFence, letFenceGo } from "../seat/kept.js"
import type { Hung, Seat, Subscription } from "../seat/seat.js"

/** For how long the caller is held up: a holder that lives gives the lock back within that, and what fails is the caller's to catch. */
const PATIENCE_MS = 50
/** How soon to try again meanwhile. */
const SOON_MS = 0.05
/** How soon to try again on the event loop, at first and at most. */
const RETRY_MS = 1
const MOST_RETRY_MS = 32

/** Hangs it up, if the lock comes free soon enough. @throws HeapError FULL; what the fence's issuer throws */
export function hangSoon(seat: Seat, fence: number, body: () => void): Hung {
  let hung = seat.mail.onFence(fence, body)
  if (hung !== "later" || !canBlock) return hung
  const limit = new Limit({ timeoutMs: PATIENCE_MS })
  for (let ms = SOON_MS; hung === "later" && limit.leftMs > 0; ms = Math.min(2 * ms, 2)) {
    sleep(ms)
    hung = seat.mail.onFence(fence, body)
  }
  return hung
}

/** Goes on trying on the event loop. The holder of the lock may be dead, and this thread the one that is to hear of it. */
export function hangLater(seat: Seat, fence: number, body: () => void): Subscription {
  let timer: ReturnType<typeof setTimeout> | undefined
  let hung: Subscription | undefined
  let isOver = false
  const end = (): boolean => {
    if (isOver) return false
    isOver = true
    clearTimeout(timer)
    unpend()
    letFenceGo(seat, fence)
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
  keepFence(seat, fence)
  timer = setTimeout(() => attempt(RETRY_MS), RETRY_MS)
  return { cancel: () => (hung ? hung.cancel() : end()) }
}
