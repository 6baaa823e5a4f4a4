/** What a campaign is: plain data, so that it has an id, and any machine can play any part of it. */
import { createHash } from "node:crypto"
import { CampaignError } from "./errors.js"

export interface Definition {
  /** What plays a seed: "race", "explore". The package does not look into it. */
  readonly kind: string
  /** What it is told, beside the seed. */
  readonly options: Readonly<Record<string, string | boolean>>
  /** SHA-256 of each file that an option names, by the option: the same path with another content is another campaign. */
  readonly files: Readonly<Record<string, string>>
  /** The first seed and the last. */
  readonly seeds: readonly [first: number, last: number]
  /** Seeds of one shard; the last shard may have fewer. */
  readonly perShard: number
}

/** The shards' bitmap then takes 128 MiB; a campaign of more seeds has larger shards. */
export const MOST_SHARDS = 2 ** 30

/** The hash of its definition: 16 hexadecimal digits, the same whatever the order in which the definition was written. */
export function campaignId(definition: Definition): string {
  return createHash("sha256").update(canonical(definition)).digest("hex").slice(0, 16)
}

/** JSON with the keys of each object in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`
}

/** @throws CampaignError BAD_DEFINITION */
export function assertDefinition({ seeds, perShard }: Definition): void {
  const [first, last] = seeds
  const refuse = (message: string) => {
    throw new CampaignError("BAD_DEFINITION", message)
  }
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || last < first)
    refuse(`Cannot run a campaign over the seeds ${first}..${last}: whole numbers are needed, the lower one first`)
  if (!Number.isSafeInteger(perShard) || perShard < 1)
    refuse(`Cannot run a campaign with ${perShard} seeds in a shard: a whole number from 1 is needed`)
  if (shardCount({ seeds, perShard }) > MOST_SHARDS)
    refuse(`Cannot run a campaign of more than ${MOST_SHARDS} shards: put more seeds into each`)
}

type Range = Pick<Definition, "seeds" | "perShard">

export const seedCount = ({ seeds: [first, last] }: Range): number => last - first + 1

export const shardCount = (range: Range): number => Math.ceil(seedCount(range) / range.perShard)

/** The first seed of a shard and its last. Shards count from 0. */
export function seedsOf({ seeds: [first, last], perShard }: Range, shard: number): [first: number, last: number] {
  const from = first + shard * perShard
  return [from, Math.min(last, from + perShard - 1)]
}
