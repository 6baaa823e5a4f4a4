/** Hands shards to workers on any machine: BullMQ over Redis. What counts is the journal of this process; Redis may lose everything. */
import type { Queue } from "bullmq"
import type { ShardQueue, Sink } from "../queue.js"
import type { Header } from "../result.js"
import type { Credentials, QueueAddress } from "./address.js"
import { Announcement, TELL_MS } from "./board.js"
import { type Link, connect, insist, pause } from "./link.js"
import { PREFIX, jobId, queueName } from "./names.js"
import { Results } from "./results.js"

export interface RedisQueueOptions {
  readonly address: QueueAddress
  readonly credentials?: Credentials
  /** Shards that are in Redis at a time: this bounds its memory and ours. More than all workers play at a time. */
  readonly window?: number
}

const WINDOW = 4_096
const WAIT_MS = 500
/** A shard of which nothing was heard for so long is added again, whatever became of it; if it is still there, that changes nothing. */
const AGAIN_MS = 60_000
const CLEAR_MS = 5_000

export class RedisQueue implements ShardQueue {
  readonly #options: RedisQueueOptions

  constructor(options: RedisQueueOptions) {
    this.#options = options
  }

  async run(header: Header, shards: Iterable<number>, sink: Sink, signal: AbortSignal): Promise<void> {
    const { address, credentials = {}, window = WINDOW } = this.#options
    const link = await connect(address, credentials)
    try {
      const announcement = new Announcement(link, header)
      await insist(signal, () => announcement.claim(signal))
      if (!signal.aborted) await handOut({ link, header, announcement, window, sink, signal }, shards)
    } finally {
      link.close()
    }
  }
}

interface Office {
  readonly link: Link
  readonly header: Header
  readonly announcement: Announcement
  readonly window: number
  readonly sink: Sink
  readonly signal: AbortSignal
}

async function handOut({ link, header, announcement, window, sink, signal }: Office, shards: Iterable<number>) {
  const queue: Queue = new link.bullmq.Queue(queueName(header), { connection: link.redis, prefix: PREFIX })
  queue.on("error", () => {})
  const results = new Results(link, header)
  const life = new Life(link)
  const next = shards[Symbol.iterator]()
  /** Shards in Redis, and when each was added. */
  const out = new Map<number, number>()
  const take = async (waitMs: number): Promise<number> => {
    const arrived = await insist(signal, () => results.read(waitMs))
    if (!arrived) return 0
    for (const line of arrived.lines) {
      sink.settle(line)
      out.delete(line.shard)
    }
    await insist(signal, () => results.forget(arrived.ids))
    return arrived.lines.length
  }
  const add = async (some: readonly number[]) => {
    if (some.length === 0) return
    for (const shard of some) out.set(shard, performance.now())
    await insist(signal, () => queue.addBulk(some.map(jobOf)))
  }
  try {
    // What a process before this one has not written down.
    while ((await take(1)) > 0);
    await insist(signal, () => life.isNew())
    while (!signal.aborted) {
      await add(fresh(next, window - out.size))
      if (out.size === 0) break
      await take(WAIT_MS)
      await insist(signal, () => announcement.tell())
      await add((await insist(signal, () => life.isNew())) ? [...out.keys()] : overdue(out))
    }
  } finally {
    const clear = async () => {
      await announcement.withdraw()
      // With an abort, too: what is left is in the journal. Results that come late stay in their stream.
      await queue.obliterate({ force: true })
      if (!signal.aborted) await results.remove()
    }
    // A Redis that is away just now must not hold up the result; what is left in it does no harm.
    await Promise.race([clear().catch(() => {}), pause(CLEAR_MS)])
  }
}

/** One life of a Redis, from its start to its end. The next one may lack what the last one has answered for. */
class Life {
  readonly #link: Link
  #id: string | undefined
  #askedMs = -Infinity

  constructor(link: Link) {
    this.#link = link
  }

  /** Whether it has been started again since the last time; looks once in a second. */
  async isNew(): Promise<boolean> {
    if (performance.now() - this.#askedMs < TELL_MS) return false
    const id = /^run_id:(\w+)/m.exec(await this.#link.redis.info("server"))?.[1]
    this.#askedMs = performance.now()
    const before = this.#id
    this.#id = id
    return before !== undefined && before !== id
  }
}

function jobOf(shard: number) {
  // What counts tries is the worker; BullMQ must never give up by itself.
  const opts = { jobId: jobId(shard), attempts: Number.MAX_SAFE_INTEGER, removeOnComplete: true, removeOnFail: true }
  return { name: "shard", data: { shard }, opts }
}

function fresh(shards: Iterator<number>, most: number): number[] {
  const some: number[] = []
  while (some.length < most) {
    const { value, done } = shards.next()
    if (done === true) break
    some.push(value)
  }
  return some
}

function overdue(out: ReadonlyMap<number, number>): number[] {
  const before = performance.now() - AGAIN_MS
  return [...out].filter(([, addedMs]) => addedMs < before).map(([shard]) => shard)
}
