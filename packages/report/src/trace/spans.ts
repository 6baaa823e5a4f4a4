/** One thread's events as what lasts: which lock it held, what it waited for, when it read. */
import type { RaceEvent, Span } from "./event.js"

interface Open {
  readonly kind: Span["kind"]
  readonly name: string
  readonly key: string
  readonly from: number
}

/** Which events begin something, and which end it. */
const BEGINS: Readonly<Record<string, readonly [Span["kind"], string]>> = {
  LockWanted: ["lock wait", "waits for lock"],
  LockTaken: ["lock", "holds lock"],
  SectionBegan: ["section", "read section"],
  GraceBegan: ["grace period", "waits for a grace period"],
  WaitBegan: ["fence wait", "waits for fence"],
  WaitSleeps: ["sleep", "sleeps for fence"],
}
const ENDS: Readonly<Record<string, Span["kind"]>> = {
  LockTaken: "lock wait",
  LockGiven: "lock",
  SectionEnded: "section",
  GraceEnded: "grace period",
  WaitEnded: "fence wait",
}

export const hex = (address: number) => `0x${(address >>> 0).toString(16)}`

/** `events`: of one thread, in order. `at`: nanoseconds since the first of all. What a ring has lost the beginning of begins with it. */
export function spansOf(events: readonly RaceEvent[], at: (event: RaceEvent) => number): Span[] {
  const spans: Span[] = []
  const open: Open[] = []
  const [first] = events
  if (!first) return spans
  const { thread } = first
  const close = (index: number, to: number, args: Span["args"] = {}) => {
    const [{ kind, name, from }] = open.splice(index, 1) as [Open]
    spans.push({ thread, kind, name, from, to, args })
  }
  const find = (kind: Span["kind"], key: string) => open.findLastIndex((one) => one.kind === kind && one.key === key)
  for (const event of events) {
    const now = at(event)
    const key = event.a === 0 ? "" : hex(event.a)
    const asleep = open.findIndex(({ kind }) => kind === "sleep")
    // Who sleeps records nothing: whatever comes next is the end of it.
    if (asleep !== -1) {
      const fence = open[asleep]!.key
      close(asleep, now)
      const waiting = find("fence wait", fence)
      // Anything but another look: it has given up.
      if (waiting !== -1 && !(event.event === "WaitBegan" && key === fence)) close(waiting, now, { outcome: "gave up" })
    }
    const ended = ENDS[event.event]
    if (ended !== undefined) {
      const index = find(ended, key)
      if (index !== -1) close(index, now)
      else if (ended === "lock" || ended === "section") {
        const name = ended === "lock" ? `holds lock ${key}` : "read section"
        spans.push({
          thread,
          name,
          kind: ended,
          from: at(first),
          to: now,
          args: { began: "before what the ring still has" },
        })
      }
    }
    const begun = BEGINS[event.event]
    if (begun && find(begun[0], key) === -1)
      open.push({ kind: begun[0], name: `${begun[1]}${key === "" ? "" : ` ${key}`}`, key, from: now })
  }
  const end = at(events.at(-1)!)
  while (open.length > 0) close(open.length - 1, end, { ended: "after the last event" })
  return spans
}
