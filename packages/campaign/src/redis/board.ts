/** Where campaigns are announced: a worker looks there for what to play, and two processes cannot hand out one campaign's shards. */
import { randomUUID } from "node:crypto"
import { CampaignError } from "../errors.js"
import { type Header, isHeader, parseLine } from "../result.js"
import { type Link, pause } from "./link.js"
import { CAMPAIGNS, announcementKey, queueName } from "./names.js"

/** So long is a campaign announced after the process that hands out its shards was last heard of. */
const HEARD_MS = 5_000
export const TELL_MS = 1_000

/** One campaign's place on the board, held by the process that hands out its shards. */
export class Announcement {
  readonly #link: Link
  readonly #name: string
  readonly #value: string
  #toldMs = 0

  constructor(link: Link, header: Header) {
    this.#link = link
    this.#name = queueName(header)
    this.#value = JSON.stringify({ by: randomUUID(), header })
  }

  /** @throws CampaignError TAKEN when another process hands out the shards of this campaign */
  async claim(signal: AbortSignal): Promise<void> {
    const { redis } = this.#link
    const until = performance.now() + HEARD_MS + TELL_MS
    while (!signal.aborted) {
      const key = announcementKey(this.#name)
      if ((await redis.set(key, this.#value, "PX", HEARD_MS, "NX")) !== null) break
      // One that was killed is heard of no more; one that lives tells again.
      if (performance.now() > until)
        throw new CampaignError(
          "TAKEN",
          "Cannot run this campaign: another process hands out its shards on this queue. End that one first",
        )
      await pause(TELL_MS / 2)
    }
    await this.tell(true)
  }

  /** Says that somebody is still there, once in a second. */
  async tell(now = false): Promise<void> {
    if (!now && performance.now() - this.#toldMs < TELL_MS) return
    this.#toldMs = performance.now()
    const { redis } = this.#link
    await redis.set(announcementKey(this.#name), this.#value, "PX", HEARD_MS)
    await redis.sadd(CAMPAIGNS, this.#name)
  }

  async withdraw(): Promise<void> {
    const { redis } = this.#link
    await redis.del(announcementKey(this.#name))
    await redis.srem(CAMPAIGNS, this.#name)
  }
}

/** Campaigns whose shards are being handed out. */
export async function announced({ redis }: Link): Promise<Header[]> {
  const names = await redis.smembers(CAMPAIGNS)
  if (names.length === 0) return []
  const texts = await redis.mget(names.sort().map(announcementKey))
  return texts.flatMap((text, i) => (text === null ? [] : [headerIn(text, announcementKey(names[i]!))]))
}

export async function isAnnounced({ redis }: Link, header: Header): Promise<boolean> {
  return (await redis.exists(announcementKey(queueName(header)))) === 1
}

/** It is checked as a file's first line is. @throws CampaignError NO_RESULT */
function headerIn(text: string, where: string): Header {
  const line = parseLine(JSON.stringify((JSON.parse(text) as { header?: unknown }).header ?? null), where)
  if (!isHeader(line)) throw new CampaignError("NO_RESULT", `Cannot read ${where}: it announces no campaign`)
  return line
}
