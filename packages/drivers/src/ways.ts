/** By which way an oops came: the short words of the table. */
import type { OopsKind } from "@outlive/workers"

export interface Way {
  readonly kind: "crash" | "hang"
  readonly way: string
}

/** A lock that is never given back: a kernel hangs there, here it is refused, and told. */
const HANGS: Readonly<Record<string, string>> = {
  SELF_DEADLOCK: "deadlock with itself",
  LOCK_ORDER: "deadlock of two",
  EOWNERDEAD: "lock never given back",
  WAIT_IN_SIGNALING: "wait in a signaling section",
}

/** Codes that say it all, whatever was being done. */
const BY_CODE: Readonly<Record<string, string>> = {
  DEAD_LOCK: "lock",
  DEAD_TIMELINE: "name",
  TORN_NAME: "name",
  SLAB_NOT_EMPTY: "slab",
  RETURN_INTO_DEAD_TEXT: "return",
  WORK_IN_DEAD_QUEUE: "work",
  TIMER_IN_DEAD_RECORD: "timer",
  SCOPE_OUTLIVED: "scope",
  LOCK_NOT_HELD: "lock not held",
  FOREIGN_UNLOCK: "lock not held",
}

/** What was being done. */
const BY_DOING: Readonly<Record<string, string>> = {
  "drops a fence": "put",
  "reads a name": "name",
  "asks for the status": "poll",
  waits: "wait",
  "hangs on and takes down": "callback",
  "sets a deadline": "deadline",
  "runs a work": "work",
}

/** Where the last reference is given back in passing: of a job's fences, of one that a mailbox holds. */
const PUTS_IN_PASSING = [
  "opens a driver",
  "gives work to a driver",
  "closes a driver",
  "empties its mail",
  "unloads a module",
]

/** The way of an oops. */
export function wayOf({ doing, code, message }: Pick<OopsKind, "doing" | "code" | "message">): Way {
  const hang = HANGS[code]
  if (hang !== undefined) return { kind: "hang", way: hang }
  // What died is told by its name, as long as that is known.
  if (code === "DEAD_RECORD") return { kind: "crash", way: `freed ${/"([^"]+)"/.exec(message)?.[1] ?? "record"}` }
  // Whoever is there when the grace period has passed comes upon it.
  if (code === "DEAD_TEXT" && message.startsWith("A deferred function")) return { kind: "crash", way: "deferred" }
  if (code === "DEAD_TEXT" && PUTS_IN_PASSING.includes(doing)) return { kind: "crash", way: "put" }
  return { kind: "crash", way: BY_CODE[code] ?? BY_DOING[doing] ?? `${doing} (${code})` }
}
