/** Litmus programs as models by name, for workers to load. */
import { FAMILIES } from "../litmus/families.js"
import { LOCKS } from "../litmus/locks.js"
import { modelOf } from "../litmus/program.js"
import { SHAPES } from "../litmus/shapes.js"

export function litmusNamed(name: string) {
  const litmus = [...SHAPES, ...FAMILIES, ...LOCKS].find((other) => other.name === name)
  if (litmus === undefined) throw new Error(`There is no litmus program "${name}"`)
  return modelOf(litmus)
}

export const storeBuffering = litmusNamed("SB (store buffering)")
export const readAfterRead = litmusNamed("CoRR2 (two writers, two readers)")
export const cinc = litmusNamed("cinc 3")
export const casw = litmusNamed("casw 4")
export const lastzero = litmusNamed("lastzero 10")
export const indexer = litmusNamed("indexer 12")
export const readers = litmusNamed("readers 10")
export const spinLock = litmusNamed("CAS spin lock, 3 threads, twice")
export const ticketLock = litmusNamed("ticket lock, 2 threads")
/** More orders than anybody waits for. */
export const endless = {
  memory: 64,
  setup: (memory: SharedArrayBuffer) => new Int32Array(memory),
  threads: Array.from({ length: 8 }, () => (cells: Int32Array) => {
    for (let i = 0; i < 8; i++) Atomics.add(cells, 0, 1)
  }),
}
