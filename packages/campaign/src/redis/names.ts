/** What is kept in Redis, and under which keys. All of them begin with one word, so that a Redis may serve others, too. */
import { createHash } from "node:crypto"
import type { Header } from "../result.js"

export const PREFIX = "outlive"

/** Names of the campaigns that are announced: a set. */
export const CAMPAIGNS = `${PREFIX}:campaigns`

/** A campaign's name in Redis: another build of the same definition is another queue. No colon, as BullMQ wants it. */
export function queueName({ campaign, build }: Header): string {
  return `${campaign}-${createHash("sha256").update(build).digest("hex").slice(0, 8)}`
}

/** Its header and who hands out its shards; goes by itself soon after that process has. */
export const announcementKey = (name: string) => `${PREFIX}:campaign:${name}`

/** A stream: results that nobody has written down yet. */
export const resultsKey = (name: string) => `${PREFIX}:results:${name}`

/** A shard is one job, however often it is added. */
export const jobId = (shard: number) => `shard-${shard}`
