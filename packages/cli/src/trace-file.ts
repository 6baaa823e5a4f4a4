/** A race's trace, as a file that Perfetto opens. */
import type { Heap } from "@outlive/core"
import { type RaceEvent, chromeTrace } from "@outlive/report"
import type { Output } from "./results.js"

/** Entries in each thread's ring: the last tenth of a second or so of each. */
export const TRACE_ENTRIES = 16_384

/** Writes it; returns what is to be said of it. */
export function writeTrace(heap: Heap, output: Output, title: string): string {
  const events = heap.trace().filter((event): event is RaceEvent & typeof event => event.atNs !== undefined)
  const trace = chromeTrace(events, title)
  output.write(`${JSON.stringify(trace)}\n`)
  const { lostEvents } = trace.otherData
  const lost =
    lostEvents === 0
      ? "none was lost"
      : `${Number(lostEvents).toLocaleString("en")} older ones are lost: each thread's ring holds its last ${TRACE_ENTRIES.toLocaleString("en")}`
  return `Trace: ${output.path}, ${events.length.toLocaleString("en")} events; ${lost}. Open it at https://ui.perfetto.dev`
}
