/** Where a Redis is. Never with a password: an address is shown, and every user of a machine sees the arguments of a process. */
import { CampaignError } from "../errors.js"

export interface QueueAddress {
  /** As it may be shown. */
  readonly text: string
  readonly host?: string
  readonly port?: number
  /** A Unix socket, in place of host and port. */
  readonly path?: string
  /** The number of the database. */
  readonly db: number
  readonly isEncrypted: boolean
}

/** What is proved to Redis; in no definition, no result and no message. */
export interface Credentials {
  readonly username?: string
  readonly password?: string
}

const DEFAULT_PORT = 6379

/** Reads redis://host:port/db, rediss://… (TLS) or unix:/path. @throws CampaignError BAD_QUEUE */
export function queueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // Before anything of it is shown.
  if (url !== undefined && (url.username !== "" || url.password !== ""))
    throw new CampaignError(
      "BAD_QUEUE",
      "Cannot take a user or a password from the address of a queue: whoever lists processes would see them. Set them in the environment",
    )
  if (url?.protocol === "unix:" && url.pathname !== "")
    return { text, path: decodeURIComponent(url.pathname), db: 0, isEncrypted: false }
  const db = /^\/?(\d*)$/.exec(url?.pathname ?? "")?.[1]
  const isRedis = url?.protocol === "redis:" || url?.protocol === "rediss:"
  if (url === undefined || !isRedis || db === undefined || url.hostname === "" || url.search !== "" || url.hash !== "")
    throw new CampaignError(
      "BAD_QUEUE",
      `Cannot use the queue ${shown(text)}: redis://host:port, rediss://host:port or unix:/path is needed`,
    )
  return {
    text,
    // An IPv6 address stands in brackets in a URL only.
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    db: Number(db),
    isEncrypted: url.protocol === "rediss:",
  }
}

/** What is no address may still have a password in it. */
const shown = (text: string) => JSON.stringify(text.replace(/\/\/.*@/, "//…@"))
