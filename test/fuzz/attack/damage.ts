/** Random words in random places of a heap. */
import { layout } from "@outlive/core/engine-js"
import type { HeapMap } from "../../../packages/core/src/heap/check/heap-map.js"
import type { Random } from "../random.js"

const { Header, Kind, Pool, Size } = layout

/** One word that was overwritten. */
export interface Write {
  readonly address: number
  readonly before: number
  readonly after: number
}

/** Writes some words. */
export function damage(words: Int32Array, map: HeapMap, random: Random): Write[] {
  const writes: Write[] = []
  for (let n = random.pick([1, 1, 1, 2, 3, 8, 30, 200]); n > 0; n--) {
    const address = placeIn(words, map, random)
    const before = words[address >> 2]!
    const after = valueFor(words, map, random, before)
    words[address >> 2] = after
    writes.push({ address, before, after })
  }
  return writes
}

/** Anywhere, or where it tells: most of a heap's words are free records. */
function placeIn(words: Int32Array, map: HeapMap, random: Random): number {
  const within = (start: number, bytes: number) => start + (random.below(bytes) & ~3)
  switch (random.below(8)) {
    case 0:
      return within(0, map.bytes)
    case 1:
      return within(0, Size.Header)
    case 2:
      return within(Header.pools, Kind.Count * Pool.Bytes)
    case 3:
      return within(map.threads, map.threadCapacity * Size.Thread)
    case 4:
      return within(map.cells, map.cellCapacity * 4)
    default:
      return inUse(words, map, random)
  }
}

/** A word of a record that is in use, if one can be found. */
function inUse(words: Int32Array, map: HeapMap, random: Random): number {
  for (let tries = 0; ; tries++) {
    const pool = random.pick(map.pools)
    const record = pool.base + random.below(pool.capacity) * pool.size
    if ((words[record >> 2]! & 1) === 1 || tries > 50) return record + (random.below(pool.size) & ~3)
  }
}

/** Anything, or what looks right. */
function valueFor(words: Int32Array, map: HeapMap, random: Random, before: number): number {
  switch (random.below(8)) {
    case 0:
      return random.word()
    case 1:
      return random.pick([0, -1, 1, 2, 0x7fffffff, -0x80000000, -559038737])
    case 2:
      return random.below(300)
    case 3:
      return before ^ (1 << random.below(32))
    case 4:
      return (before + random.pick([1, -1, 4, 64])) | 0
    case 5: {
      const pool = random.pick(map.pools)
      return pool.base + random.below(pool.capacity) * pool.size
    }
    case 6:
      return random.below(map.bytes)
    default:
      return words[random.below(map.bytes >> 2)]!
  }
}
