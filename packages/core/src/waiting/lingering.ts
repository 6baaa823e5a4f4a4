/** A seat that cannot be vacated yet, although its thread has left: a lock keeps something of it hanging. */
import { Thread as ThreadRecord } from "../../built/layout.js"
import { surface } from "../errors.js"
import type { HeapMemory } from "../memory/heap-memory.js"

/** How soon to try again, at first and at most. */
const RETRY_MS = 1
const MOST_RETRY_MS = 32

/** Goes on trying to vacate it, and keeps the process alive until then. Ends also when others have cleared the seat up. */
export function lingering(heap: HeapMemory, record: number, tryVacate: () => boolean): Promise<void> {
  const generation = () => heap.word(record + ThreadRecord.generation)
  const life = generation()
  return new Promise((resolve) => {
    const attempt = (retryMs: number) => {
      try {
        if (generation() !== life || tryVacate()) return resolve()
      } catch (error) {
        surface(error)
        return resolve()
      }
      setTimeout(attempt, retryMs, Math.min(2 * retryMs, MOST_RETRY_MS))
    }
    setTimeout(attempt, RETRY_MS, 2 * RETRY_MS)
  })
}
