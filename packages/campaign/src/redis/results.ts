/** Results on their way: a stream, from which they are removed when they have been written down. A process that is killed in between reads them again. */
import type { Redis } from "ioredis"
import { CampaignError } from "../errors.js"
import { type Header, type SettledLine, isHeader, parseLine } from "../result.js"
import type { Link } from "./link.js"
import { queueName, resultsKey } from "./names.js"

const MOST_AT_A_TIME = 500
/** Nobody reads what comes after the end of a campaign: it goes by itself. */
const KEPT_SECONDS = 86_400

/** Where workers put them. */
export async function deliver({ redis }: Link, header: Header, line: SettledLine): Promise<void> {
  const key = resultsKey(queueName(header))
  await redis.xadd(key, "*", "line", JSON.stringify(line))
  await redis.expire(key, KEPT_SECONDS)
}

/** Results, and what each is called in the stream. */
export interface Arrived {
  readonly ids: readonly string[]
  readonly lines: readonly SettledLine[]
}

/** Where the process that writes them down finds them. */
export class Results {
  readonly #link: Link
  readonly #waiting: Redis
  readonly #key: string

  constructor(link: Link, header: Header) {
    this.#link = link
    this.#waiting = link.another()
    this.#key = resultsKey(queueName(header))
  }

  /**
   * Waits for some. Always from the beginning of the stream: what is there has not been written down, and ids of a Redis that came back
   * with another clock, or without its data, mean nothing.
   */
  async read(waitMs: number): Promise<Arrived> {
    const read = await this.#waiting.xread("COUNT", MOST_AT_A_TIME, "BLOCK", waitMs, "STREAMS", this.#key, "0")
    const entries = read?.[0]?.[1] ?? []
    return {
      ids: entries.map(([id]) => id),
      lines: entries.map(([id, fields]) => lineIn(fields, `${this.#key} ${id}`)),
    }
  }

  /** They have been written down. */
  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#link.redis.xdel(this.#key, ...ids)
  }

  async remove(): Promise<void> {
    await this.#link.redis.del(this.#key)
  }
}

function lineIn([, text]: readonly string[], where: string): SettledLine {
  const line = parseLine(text ?? "", where)
  if (isHeader(line)) throw new CampaignError("NO_RESULT", `Cannot read ${where}: it is no shard's result`)
  return line
}
