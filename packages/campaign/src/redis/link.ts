/** Connections to Redis. BullMQ and its driver are loaded here, and only when a queue is asked for. */
import type * as BullMQ from "bullmq"
import type { Redis, RedisOptions } from "ioredis"
import { CampaignError } from "../errors.js"
import type { Credentials, QueueAddress } from "./address.js"

export interface Link {
  readonly bullmq: typeof BullMQ
  readonly redis: Redis
  readonly address: QueueAddress
  /** One more connection: for a command that waits. */
  another(): Redis
  close(): void
}

const CONNECT_MS = 10_000
const MOST_PAUSE_MS = 1_000

/** @throws CampaignError NOT_INSTALLED; BAD_QUEUE when Redis cannot be reached, or refuses us */
export async function connect(address: QueueAddress, credentials: Credentials): Promise<Link> {
  const { bullmq, ioredis } = await load()
  const { host, port, path, db, isEncrypted } = address
  const options: RedisOptions = {
    ...credentials,
    ...(path === undefined ? { host: host!, port: port! } : { path }),
    db,
    ...(isEncrypted ? { tls: {} } : {}),
    connectTimeout: CONNECT_MS,
    lazyConnect: true,
  }
  const client = (more: RedisOptions) => new ioredis.Redis({ ...options, ...more })
  await probe(client({ retryStrategy: () => null, maxRetriesPerRequest: 0 }), address)
  const opened: Redis[] = []
  const open = () => {
    // What was asked for while Redis is away is asked again when it is back.
    const retryStrategy = (times: number) => Math.min(50 * times, MOST_PAUSE_MS)
    const redis = client({ retryStrategy, maxRetriesPerRequest: null })
    // Without a listener it would be printed, with the command that failed: AUTH has the password.
    redis.on("error", () => {})
    opened.push(redis)
    return redis
  }
  return { bullmq, redis: open(), address, another: open, close: () => opened.forEach((redis) => redis.disconnect()) }
}

async function load() {
  try {
    return { bullmq: await import("bullmq"), ioredis: await import("ioredis") }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error
    throw new CampaignError(
      "NOT_INSTALLED",
      "Cannot use a queue: bullmq and ioredis are not installed. Run: npm install bullmq@6.7.0 ioredis@5.11.1",
    )
  }
}

/** Whoever has mistyped an address, or a password, is told at once. */
async function probe(redis: Redis, { text }: QueueAddress): Promise<void> {
  let cause: Error | undefined
  redis.on("error", (error) => (cause ??= error))
  try {
    await redis.connect()
    await redis.ping()
  } catch (error) {
    const { message, code } = (cause ?? error) as NodeJS.ErrnoException
    throw new CampaignError("BAD_QUEUE", `Cannot use the queue ${text}: ${message || code}`)
  } finally {
    redis.disconnect()
  }
}

/** Asks Redis for what may be asked twice until it has answered: it may go, and come back. @throws what it answers, if that is no */
export async function insist<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
  while (!signal.aborted) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error as Error)) throw error
      await pause(MOST_PAUSE_MS / 2)
    }
  }
  return undefined
}

/** A connection that was lost, or a Redis that is still loading its data. */
function isPassing(error: Error): boolean {
  if (error instanceof CampaignError) return false
  return (
    error.name !== "ReplyError" || /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|UNBLOCKED)\b/.test(error.message)
  )
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
