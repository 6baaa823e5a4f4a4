/** Hands shards to workers on any machine: BullMQ over Redis. What counts is the journal of this process; Redis may lose everything. */
import type { Queue } from "bullmq"
import type { ShardQueue, Sink } from "../queue.js"
import type { Header } from "../result.js"
import type { Credentials, QueueAddress } from "./address.js"
import { Announcement } from "./board.js"
import { type Link, connect, insist } from "./link.js"
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
/** A shard of which nothing was heard for so long is added again; if it is still there, that changes nothing. */
const AGAIN_MS = 5_000

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
  const next = shards[Symbol.iterator]()
  /** Shards in Redis, and when each was added. */
  const out = new Map<number, number>()
  const take = (waitMs: number) =>
    results.take((line) => {
      sink.settle(line)
      out.delete(line.shard)
    }, waitMs)
  const add = async (some: readonly number[]) => {
    if (some.length === 0) return
    for (const shard of some) out.set(shard, performance.now())
    await insist(signal, () => queue.addBulk(some.map(jobOf)))
  }
  // What a process before this one has not written down.
  while (((await insist(signal, () => take(1))) ?? 0) > 0);
  try {
    while (!signal.aborted) {
      await add(fresh(next, window - out.size))
      if (out.size === 0) break
      await insist(signal, () => take(WAIT_MS))
      await insist(signal, () => announcement.tell())
      await add(overdue(out))
    }
  } finally {
    // With an abort, too: what is left is in the journal, and results that come late stay in their stream.
    await announcement.withdraw()
    await queue.obliterate({ force: true })
    if (!signal.aborted) await results.remove()
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
