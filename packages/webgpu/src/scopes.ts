/** Submitting so that it is known why commands were not executed: inside scopes of the device that catch its errors. */
import { GpuErrno } from "./errno.js"
import type { GpuDevice, GpuError, GpuErrorFilter } from "./gpu-device.js"

/** Told what a scope caught. */
export type OnError = (error: GpuError, filter: GpuErrorFilter) => void

/** Outermost first, and what an error in each means. */
const SCOPES = [
  ["internal", GpuErrno.io],
  ["out-of-memory", GpuErrno.noMemory],
  ["validation", GpuErrno.refused],
] as const satisfies readonly (readonly [GpuErrorFilter, number])[]

/** Submits. Resolves with 0, or the error number of what went wrong, once that is known. @throws what `submit` of the queue throws */
export function submitInScopes<Commands>(
  device: GpuDevice<Commands>,
  commands: Iterable<Commands>,
  onError: OnError,
): Promise<number> {
  for (const [filter] of SCOPES) device.pushErrorScope(filter)
  const pop = () =>
    SCOPES.toReversed().map(([filter, errno]) => errnoOf(device.popErrorScope(), filter, errno, onError))
  try {
    device.queue.submit(commands)
  } catch (error) {
    void Promise.all(pop())
    throw error
  }
  return Promise.all(pop()).then((errnos) => errnos.find((errno) => errno !== 0) ?? 0)
}

async function errnoOf(
  caught: Promise<GpuError | null>,
  filter: GpuErrorFilter,
  errno: number,
  onError: OnError,
): Promise<number> {
  try {
    const error = await caught
    if (error === null) return 0
    // By itself: what it throws surfaces, and keeps no fence from completing.
    queueMicrotask(() => onError(error, filter))
    return errno
  } catch {
    return GpuErrno.io
  }
}
