/** Who woke whom: from a signal to each wait that it ended, and from a delivery to the thread that took it out of its mailbox. */
import type { Arrow, RaceEvent, Span } from "./event.js"
import { hex } from "./spans.js"

export function arrowsOf(
  events: readonly RaceEvent[],
  spans: readonly Span[],
  at: (event: RaceEvent) => number,
): Arrow[] {
  return [...signals(events, spans, at), ...deliveries(events, at)]
}

function* signals(
  events: readonly RaceEvent[],
  spans: readonly Span[],
  at: (event: RaceEvent) => number,
): Generator<Arrow> {
  const waits = new Map<string, Span[]>()
  for (const span of spans) {
    if (span.kind !== "fence wait" || span.args["outcome"] !== undefined) continue
    const fence = span.name.replace(/^.* /, "")
    waits.set(fence, [...(waits.get(fence) ?? []), span])
  }
  for (const event of events) {
    if (event.event !== "Signaled") continue
    const from = { thread: event.thread, at: at(event) }
    // A fence's record has many lives: a wait that began before the signal and ended after it was for this one.
    for (const wait of waits.get(hex(event.a)) ?? [])
      if (wait.from < from.at && wait.to >= from.at && wait.thread !== event.thread)
        yield { name: `wakes ${wait.thread}`, from, to: { thread: wait.thread, at: wait.to - 1 } }
  }
}

function* deliveries(events: readonly RaceEvent[], at: (event: RaceEvent) => number): Generator<Arrow> {
  const under = new Map<number, RaceEvent>()
  for (const event of events) {
    if (event.event === "Delivered") under.set(event.a, event)
    const sent = event.event === "Received" ? under.get(event.a) : undefined
    if (sent === undefined) continue
    under.delete(event.a)
    if (at(sent) <= at(event))
      yield {
        name: `delivers to ${event.thread}`,
        from: { thread: sent.thread, at: at(sent) },
        to: { thread: event.thread, at: at(event) },
      }
  }
}
