/** What threads that died held by their handles: references that nobody can give back any more (checked flavour). */
import { Header, Lost, LostEntry } from "../../built/layout.js"
import type { Heap } from "./heap.js"
import { readName } from "../name.js"

/**
 * The latest of them, oldest first: `thread "waiter-3" died holding 3 references on fences`. Empty in release, which
 * counts what is lost (`heap.accounts()`) without naming it.
 */
export function readLost(heap: Heap): string[] {
  const table = heap.word(Header.lost)
  if (table === 0) return []
  const count = Atomics.load(heap.words, (table + Lost.count) >> 2)
  const first = Math.max(0, count - Lost.Capacity)
  return Array.from({ length: count - first }, (_, i) => sentence(heap, entryAt(table, first + i)))
}

const entryAt = (table: number, index: number) => table + Lost.entries + (index & (Lost.Capacity - 1)) * Lost.EntryBytes

function sentence(heap: Heap, entry: number): string {
  const parts = [
    [heap.word(entry + LostEntry.fences), "fences"],
    [heap.word(entry + LostEntry.objects), "shared objects"],
    [heap.word(entry + LostEntry.others), "other records"],
  ] as const
  const held = parts
    .filter(([n]) => n !== 0)
    .map(([n, what]) => `${n === 1 ? "1 reference" : `${n} references`} on ${what}`)
  return `thread "${readName(heap.words, entry + LostEntry.name) ?? "?"}" died holding ${held.join(" and ")}`
}
