/** Ctrl-C: the first ends the work cleanly, with a partial result; the second ends the process. */
import { EXIT } from "./exit-codes.js"

export interface Interrupt {
  readonly signal: AbortSignal
  release(): void
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const

/** What listens now. */
const listeners = new Set<() => void>()
/** How much is being loaded that may never come to an end. */
let loading = 0

export function onInterrupt(): Interrupt {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    process.stderr.write("\nStopping; press Ctrl-C again to exit immediately.\n")
    controller.abort()
  }
  listeners.add(stop)
  if (loading === 0) listen(stop)
  return {
    signal: controller.signal,
    release: () => {
      listeners.delete(stop)
      deafen(stop)
    },
  }
}

/**
 * Loads what somebody brings, on this thread. It may loop as it is loaded: then no listener here is ever called, not even at the second
 * Ctrl-C. So there is none meanwhile, and the system ends the process at the first. A signal that has come, and is not told yet, would be
 * forgotten with the listener: so first the event loop tells it.
 */
export async function whileLoading<T>(load: () => Promise<T>): Promise<T> {
  // Twice: the first may come in the turn that has looked for signals already.
  for (let turns = 0; turns < 2; turns++) await new Promise((turned) => setImmediate(turned))
  if (loading++ === 0) for (const stop of listeners) deafen(stop)
  try {
    return await load()
  } finally {
    if (--loading === 0) for (const stop of listeners) listen(stop)
  }
}

function listen(stop: () => void): void {
  for (const signal of SIGNALS) process.on(signal, stop)
}

function deafen(stop: () => void): void {
  for (const signal of SIGNALS) process.off(signal, stop)
}
