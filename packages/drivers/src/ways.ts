/** By which way an oops came: the short words of the table. */

export interface Way {
  readonly kind: "crash" | "hang"
  readonly way: string
}

/** A lock that is never given back: a kernel hangs there, here it is refused, and told. */
const HANGS: Readonly<Record<string, string>> = {
  SELF_DEADLOCK: "deadlock with itself",
  LOCK_ORDER: "deadlock of two",
  EOWNERDEAD: "lock never given back",
}

/** Codes that say it all, whatever was being done. */
const BY_CODE: Readonly<Record<string, string>> = {
  DEAD_LOCK: "lock",
  DEAD_TIMELINE: "name",
  TORN_NAME: "name",
  DEAD_RECORD: "record",
  SLAB_NOT_EMPTY: "slab",
  RETURN_INTO_DEAD_TEXT: "return",
  WORK_IN_DEAD_QUEUE: "work",
  TIMER_IN_DEAD_RECORD: "timer",
}

/** What was being done. */
const BY_DOING: Readonly<Record<string, string>> = {
  "drops a fence": "put",
  "reads a name": "name",
  "asks for the status": "poll",
  waits: "wait",
  "hangs on and takes down": "callback",
  "sets a deadline": "deadline",
}

/** @param what as in `RaceResult.oopsesByDoing` */
export function wayOf(what: string): Way {
  const at = what.lastIndexOf(": ")
  const [doing, code] = [what.slice(0, at), what.slice(at + 2)]
  const hang = HANGS[code]
  if (hang !== undefined) return { kind: "hang", way: hang }
  return { kind: "crash", way: BY_CODE[code] ?? BY_DOING[doing] ?? `${doing} (${code})` }
}
