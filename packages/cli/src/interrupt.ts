/** Ctrl-C: the first ends the work cleanly, with a partial result; the second ends the process. */
import { EXIT } from "./exit-codes.js"

export interface Interrupt {
  readonly signal: AbortSignal
  release(): void
}

export function onInterrupt(): Interrupt {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    process.stderr.write("\nStopping; press Ctrl-C again to exit immediately.\n")
    controller.abort()
  }
  process.on("SIGINT", stop)
  process.on("SIGTERM", stop)
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", stop)
      process.off("SIGTERM", stop)
    },
  }
}
