/** What the words of an arena are called, for reports: by record and field, from the engine's own layout. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"

const { Header, Kind, Pool, Size } = layout

/** Fields of a record by name; of several names for one offset, the first. */
function fieldsOf(record: Readonly<Record<string, number>>): [name: string, offset: number][] {
  const seen = new Set<number>()
  return Object.entries(record).filter(([, offset]) => offset % 4 === 0 && !seen.has(offset) && seen.add(offset))
}

/** Names of all words that a model is likely to touch, by address. */
export function namesIn(arena: Arena): Record<string, number> {
  const names: Record<string, number> = {
    epoch: Header.epoch,
    "threads used": Header.threadsUsed,
    "modules' lock": Header.modulesLock,
  }
  const pools = {
    fence: [Kind.Fence, layout.Fence],
    callback: [Kind.Callback, layout.Callback],
    module: [Kind.Module, layout.Module],
    lock: [Kind.Lock, layout.Lock],
    body: [Kind.Body, layout.Body],
    "issuer record": [Kind.IssuerRecord, layout.IssuerRecord],
  } as const
  for (const [record, [kind, fields]] of Object.entries(pools)) {
    const pool = Header.pools + kind * Pool.Bytes
    names[`${record}s: depot's lock`] = pool + Pool.lock
    names[`${record}s: depot's head`] = pool + Pool.head
    names[`${record}s: depot's tail`] = pool + Pool.tail
    const [base, size] = [arena.word(pool + Pool.base), arena.word(pool + Pool.size)]
    for (let i = 0; i < arena.word(pool + Pool.capacity); i++)
      for (const [field, offset] of fieldsOf(fields))
        if (offset < size) names[`${record} ${i}.${field}`] = base + i * size + offset
  }
  arena.threads.forEach((record, i) => {
    for (const [field, offset] of fieldsOf(layout.Thread))
      if (offset < Size.Thread) names[`thread ${String.fromCharCode(65 + i)}.${field}`] = record + offset
  })
  for (let i = 0; i < arena.cells; i++) names[`cell ${i}`] = arena.cell(i)
  return names
}
