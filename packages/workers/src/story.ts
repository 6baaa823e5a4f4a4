/** Tells how an oops came about, from the threads' event rings. */
import type { Heap, OopsError, TraceEvent } from "@outlive/core"

const MOST_LINES = 14

/** The events that concern one fence and the text it leads to, in order, in words; the oops itself last. */
export function tellStory(heap: Heap, oops: OopsError, doing: string): string[] {
  const [ops] = oops.details
  const events = heap.trace().filter((e) => concerns(e, oops.record, ops))
  const lines = collapse(events.map((e) => `${e.thread.padEnd(14)} ${inWords(e)}`))
  return [...lines.slice(-MOST_LINES), `${oops.thread.padEnd(14)} ${doing}: OOPS, ${oops.message}`]
}

/** How much of the plot a story has: who made the fence, who completed it, who took the module away. */
export function plotOf(story: readonly string[]): number {
  return ["creates", "signals", "takes its text away", "reads"].filter((word) =>
    story.some((line) => line.includes(word)),
  ).length
}

/** The same line many times is one line that says so. */
function collapse(lines: readonly string[]): string[] {
  const short: string[] = []
  let times = 1
  for (let i = 0; i < lines.length; i++) {
    if (lines[i + 1] === lines[i]) times++
    else {
      short.push(times === 1 ? lines[i]! : `${lines[i]} (${times} times)`)
      times = 1
    }
  }
  return short
}

function concerns(event: TraceEvent, fence: number, ops: number): boolean {
  if (event.b !== ops || ops === 0) return false
  const ofModule =
    event.event === "Loaded" || event.event === "Going" || event.event === "Synchronized" || event.event === "Gone"
  return ofModule || event.a === fence
}

function inWords(event: TraceEvent): string {
  const fence = `fence 0x${event.a.toString(16)}`
  switch (event.event) {
    case "Loaded":
      return `loads the module (load ${event.a})`
    case "Going":
      return `begins to unload it (load ${event.a}): no references are held`
    case "Synchronized":
      return "has waited for a grace period"
    case "Gone":
      return "takes its text away: names and functions are poison now"
    case "Created":
      return `creates ${fence}, whose ops point into that text`
    case "Signaled":
      return `signals ${fence}`
    case "ReadName":
      return `reads a name of ${fence} through its ops`
    case "CalledOp":
      return `calls a function of ${fence}'s issuer`
    case "Released":
      return `drops the last reference to ${fence}`
    // What only traced builds record concerns no module's text.
    default:
      return event.event
  }
}
