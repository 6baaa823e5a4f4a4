/** A seat that cannot be vacated yet, although its thread has left: a lock keeps something of it hanging. */
import { Thread as ThreadRecord } from "../../built/layout.js"
import { surface } from "../errors.js"
import type { HeapMemory } from "../memory/heap-memory.js"

/** How soon to try again, at first and at most. */
const RETRY_MS = 1
const MOST_RETRY_MS = 32
/** After so many tries the lock's holder is probably dead: it is told, and no longer keeps the process alive. */
const PATIENCE = 40

/** Goes on trying to vacate it, and keeps the process alive for a second. Ends also when others have cleared the seat up. */
export function lingering(
  heap: HeapMemory,
  { name, record }: { readonly name: string; readonly record: number },
  tryVacate: () => boolean,
): Promise<void> {
  const generation = () => heap.word(record + ThreadRecord.generation)
  const life = generation()
  return new Promise((resolve) => {
    const attempt = (round: number, retryMs: number) => {
      try {
        if (generation() !== life || tryVacate()) return resolve()
      } catch (error) {
        surface(error)
        return resolve()
      }
      if (round === PATIENCE) heap.warn({ kind: "seat-kept", thread: name, message: warning(name) })
      const timer = setTimeout(attempt, retryMs, round + 1, Math.min(2 * retryMs, MOST_RETRY_MS))
      if (round >= PATIENCE) (timer as { unref?(): void }).unref?.()
    }
    setTimeout(attempt, RETRY_MS, 1, 2 * RETRY_MS)
  })
}

const warning = (name: string) =>
  `Thread "${name}" has left; its seat stays taken while another keeps a lock: if that one is dead, reclaim it`
