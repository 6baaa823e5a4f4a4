/** What threads that died held by their handles: references that nobody can give back any more (checked flavour). */
import { Header, Lost, LostEntry } from "../../built/layout.js"
import { readName } from "../name.js"

/**
 * The latest of them, oldest first: `thread "waiter-3" died holding 3 references on fences`. Empty in release, which
 * counts what is lost (`heap.accounts()`) without naming it.
 */
export function readLost(words: Int32Array): string[] {
  const table = at(words, Header.lost)
  if (table === 0) return []
  const count = Math.max(0, at(words, table + Lost.count))
  const first = Math.max(0, count - Lost.Capacity)
  return Array.from({ length: count - first }, (_, i) => sentence(words, entryAt(table, first + i)))
}

const at = (words: Int32Array, address: number) => words[address >> 2] ?? 0
const entryAt = (table: number, index: number) => table + Lost.entries + (index & (Lost.Capacity - 1)) * Lost.EntryBytes

function sentence(words: Int32Array, entry: number): string {
  const parts = [
    [at(words, entry + LostEntry.fences), "fences"],
    [at(words, entry + LostEntry.objects), "shared objects"],
    [at(words, entry + LostEntry.modules), "modules"],
  ] as const
  const held = parts
    .filter(([n]) => n !== 0)
    .map(([n, what]) => `${n === 1 ? "1 reference" : `${n} references`} on ${what}`)
  return `thread "${readName(words, entry + LostEntry.name) ?? "?"}" died holding ${held.join(" and ")}`
}
