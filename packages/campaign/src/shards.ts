/** Which shards a process takes: those that are left, of its share. */
import { shardCount } from "./definition.js"
import type { Tally } from "./tally.js"

/** The i-th of n who share a campaign; both counted from 1. */
export interface Share {
  readonly part: number
  readonly of: number
}

export const WHOLE: Share = { part: 1, of: 1 }

/** Shards are dealt like cards: the shares are as long, and each has seeds from everywhere. */
export function* shardsLeft(tally: Tally, { part, of }: Share = WHOLE): Generator<number> {
  const all = shardCount(tally.header.definition)
  for (let shard = part - 1; shard < all; shard += of) if (!tally.isSettled(shard)) yield shard
}

/** How many shards a share has. */
export function shareSize(shards: number, { part, of }: Share): number {
  return Math.max(0, Math.ceil((shards - (part - 1)) / of))
}
