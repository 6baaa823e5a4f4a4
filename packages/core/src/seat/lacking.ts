/** What is short, where something needs a record of each of several kinds. */
import type { HeapError } from "../errors.js"
import type { HeapMemory } from "../memory/heap-memory.js"
import type { RecordKind } from "./seat.js"

/** For `Seat.make`: FULL of the kind of which the fewest are free, the first of those. */
export function lackOf(heap: HeapMemory, ...kinds: readonly [RecordKind, ...RecordKind[]]): () => HeapError {
  return () => {
    const accounts = heap.accounts()
    return heap.fullError(kinds.reduce((least, kind) => (accounts[kind].free < accounts[least].free ? kind : least)))
  }
}
