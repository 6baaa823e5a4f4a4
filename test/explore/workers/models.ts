/** Litmus programs as models by name, for workers to load. */
import { FAMILIES } from "../litmus/families.js"
import { LOCKS } from "../litmus/locks.js"
import { modelOf } from "../litmus/program.js"
import { SHAPES } from "../litmus/shapes.js"

function named(name: string) {
  const litmus = [...SHAPES, ...FAMILIES, ...LOCKS].find((other) => other.name === name)
  if (litmus === undefined) throw new Error(`There is no litmus program "${name}"`)
  return modelOf(litmus)
}

export const storeBuffering = named("SB (store buffering)")
export const readAfterRead = named("CoRR2 (two writers, two readers)")
export const cinc = named("cinc 3")
export const casw = named("casw 4")
export const lastzero = named("lastzero 10")
export const indexer = named("indexer 12")
export const readers = named("readers 10")
export const spinLock = named("CAS spin lock, 3 threads, twice")
export const ticketLock = named("ticket lock, 2 threads")
