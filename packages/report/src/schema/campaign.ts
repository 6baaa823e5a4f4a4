/** A campaign's result as `outlive campaign` sums it up: many seeds in shards, and what was found in them. */
import type { DeepReadonly } from "./readonly.js"

export type Campaign = DeepReadonly<{
  campaign: string
  build: string
  /** The command that plays it again. */
  command: string
  shards: { all: number; done: number; missing: number; poisoned: number }
  seeds: { all: number; done: number; failed: number }
  operations: number
  /** Of all processes together. */
  ms: number
  findings: { cause: string; seeds: number; shortest: { seed: number; size: number; repeat: string; text: string } }[]
  /** Causes that were not kept. */
  moreCauses: number
  poisoned: { shard: number; seeds: readonly [number, number]; tries: number; why: string; repeat?: string }[]
  passed: boolean
}>
