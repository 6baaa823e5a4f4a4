/** `--queue`: shards are handed out by Redis, to workers on any machine. What it needs is loaded when it is asked for. */
import { CampaignError, type ShardQueue } from "@outlive/campaign"
import { type Credentials, type QueueAddress, RedisQueue, queueAddress, serveQueue } from "@outlive/campaign/redis"
import { UsageError } from "../exit-codes.js"

export const QUEUE_OPTION = {
  type: "string",
  description: "Hand the shards to `outlive campaign worker`s by this Redis; OUTLIVE_REDIS_USERNAME and _PASSWORD",
  valueHint: "redis://host:port",
} as const

const SECRETS = ["OUTLIVE_REDIS_USERNAME", "OUTLIVE_REDIS_PASSWORD"] as const

/** @throws UsageError */
export function queueFrom(text: string): ShardQueue {
  return new RedisQueue({ address: addressFrom(text), credentials: credentials() })
}

/** Plays what is handed out there. */
export function serveQueueAt(
  text: string,
  how: Omit<Parameters<typeof serveQueue>[0], "address">,
  signal: AbortSignal,
) {
  return serveQueue({ address: addressFrom(text), credentials: credentials(), ...how }, signal)
}

function addressFrom(text: string): QueueAddress {
  try {
    return queueAddress(text)
  } catch (error) {
    if (!(error instanceof CampaignError)) throw error
    throw new UsageError(`Option --queue: ${error.message}`)
  }
}

/** From the environment, where no list of processes shows them. */
function credentials(): Credentials {
  const [username, password] = SECRETS.map((name) => process.env[name])
  return { ...(username ? { username } : {}), ...(password ? { password } : {}) }
}

/** For processes that play: what they run is anybody's program. */
export function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !(SECRETS as readonly string[]).includes(name)),
  )
}
