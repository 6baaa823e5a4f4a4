/** Timers and tasks, replaced while a thread with an event loop runs: the search says when they come. */
import { slot } from "./native.js"
import type { Posting } from "./ports.js"

type Callback = (...parameters: unknown[]) => void

/** What a thread does with its event loop. */
export interface Loop extends Posting {
  /** What `new MessageChannel()` gives. */
  channel(): object
  /** Calls back later; the number that clears it. */
  setTimer(delayMs: number, callback: () => void): number
  clearTimer(id: number): void
  /** A task was queued: it runs in the platform's own order, but a thread without a loop would leave it running. */
  needed(): void
  /** Thrown by a callback that nobody called. */
  uncaught(error: unknown): void
}

const here = globalThis as unknown as Record<string, unknown>
const NAMES = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
  "queueMicrotask",
] as const
const platforms = NAMES.map((name) => here[name])
// oxlint-disable typescript/unbound-method -- put back as they were
const platformsNextTick = process.nextTick
const platformsTimeout = AbortSignal.timeout
// oxlint-enable typescript/unbound-method
const platformsQueueMicrotask = queueMicrotask

/** What is given back for a timer: a number to some, an object with methods to others. */
class Timer {
  id: number
  constructor(id: number) {
    this.id = id
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
  [Symbol.toPrimitive](): number {
    return this.id
  }
}

function setTimeout(callback: Callback, delayMs?: number, ...parameters: unknown[]): Timer {
  return new Timer(loop().setTimer(Number(delayMs) || 1, () => callback(...parameters)))
}

function setInterval(callback: Callback, delayMs?: number, ...parameters: unknown[]): Timer {
  const again = () => {
    timer.id = loop().setTimer(Number(delayMs) || 1, again)
    callback(...parameters)
  }
  const timer = new Timer(loop().setTimer(Number(delayMs) || 1, again))
  return timer
}

function clear(timer: unknown): void {
  if (timer instanceof Timer) loop().clearTimer(timer.id)
  else if (typeof timer === "number") loop().clearTimer(timer)
}

const REPLACEMENTS = [
  setTimeout,
  clear,
  setInterval,
  clear,
  (callback: Callback, ...parameters: unknown[]) => setTimeout(callback, 0, ...parameters),
  clear,
  (callback: Callback) => platformsQueueMicrotask(guarded(callback)),
]

/** What a callback throws would end the process. */
function guarded(callback: Callback): Callback {
  slot.runner?.loop?.needed()
  return (...parameters) => {
    try {
      callback(...parameters)
    } catch (error) {
      slot.runner?.loop?.uncaught(error)
    }
  }
}

function nextTick(callback: Callback, ...parameters: unknown[]): void {
  platformsNextTick(guarded(callback), ...parameters)
}

function abortAfter(delayMs: number): AbortSignal {
  const controller = new AbortController()
  const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError")
  setTimeout(() => controller.abort(reason), delayMs)
  return controller.signal
}

function loop(): Loop {
  const { runner } = slot
  if (runner?.loop === undefined) throw new Error("Cannot set timers outside of a thread that is explored")
  return runner.loop
}

const PlatformsChannel = globalThis.MessageChannel

/** While setup runs, of all of this only channels are replaced: it waits for nothing. */
export function watchChannels(make: () => object): void {
  here["MessageChannel"] = function MessageChannel() {
    return make()
  }
}

export function unwatchChannels(): void {
  here["MessageChannel"] = PlatformsChannel
}

export function watchTasks(): void {
  watchChannels(() => loop().channel())
  NAMES.forEach((name, at) => (here[name] = REPLACEMENTS[at]))
  process.nextTick = nextTick
  AbortSignal.timeout = abortAfter
}

export function unwatchTasks(): void {
  unwatchChannels()
  NAMES.forEach((name, at) => (here[name] = platforms[at]))
  process.nextTick = platformsNextTick
  AbortSignal.timeout = platformsTimeout
}
