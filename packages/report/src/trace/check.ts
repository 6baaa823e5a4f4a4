/** What is wrong in a trace, by the rules of the format: slices of a thread nest, ends have beginnings, arrows have both ends in a slice. */
import { coveredBy } from "./covered.js"
import type { ChromeTrace, TraceLine } from "./event.js"

const PHASES = new Set(["X", "i", "b", "e", "n", "s", "f", "M"])

export function problemsOf({ traceEvents }: ChromeTrace): string[] {
  return [
    ...wrongLines(traceEvents),
    ...wrongNesting(traceEvents),
    ...wrongPairs(traceEvents),
    ...wrongArrows(traceEvents),
  ]
}

const trackOf = ({ pid, tid }: TraceLine) => `${pid}/${tid}`

function* wrongLines(lines: readonly TraceLine[]): Generator<string> {
  const named = new Set(lines.filter(({ name }) => name === "thread_name").map(trackOf))
  for (const line of lines) {
    if (!PHASES.has(line.ph)) yield `"${line.name}" has the phase ${line.ph}, which is none`
    if (!Number.isFinite(line.ts) || line.ts < 0) yield `"${line.name}" is at ${line.ts}`
    if (line.ph === "X" && !(line.dur! >= 0)) yield `"${line.name}" lasts ${line.dur}`
    if (line.ph === "X" && !named.has(trackOf(line)))
      yield `"${line.name}" is on track ${trackOf(line)}, which has no name`
  }
}

function* wrongNesting(lines: readonly TraceLine[]): Generator<string> {
  for (const track of new Set(lines.map(trackOf))) {
    const slices = lines
      .filter((line) => line.ph === "X" && trackOf(line) === track)
      .toSorted((a, b) => a.ts - b.ts || b.dur! - a.dur!)
    const around: TraceLine[] = []
    for (const slice of slices) {
      while (around.length > 0 && endOf(around.at(-1)!) <= slice.ts + SLACK) around.pop()
      const outer = around.at(-1)
      if (outer && endOf(outer) + SLACK < endOf(slice))
        yield `"${slice.name}" begins in "${outer.name}" and ends after it`
      around.push(slice)
    }
  }
}

/** Sums of microseconds are not exact. */
const SLACK = 0.0005
const endOf = ({ ts, dur = 0 }: TraceLine) => ts + dur

function* wrongPairs(lines: readonly TraceLine[]): Generator<string> {
  const open = new Map<string, TraceLine>()
  for (const line of lines) {
    const key = `${line.cat}/${line.id}`
    if (line.ph === "b" && open.has(key)) yield `"${line.name}" (${key}) begins twice`
    if (line.ph === "b") open.set(key, line)
    if (line.ph !== "e") continue
    const begin = open.get(key)
    if (!begin) yield `"${line.name}" (${key}) ends, and has not begun`
    else if (begin.ts > line.ts) yield `"${line.name}" (${key}) ends before it begins`
    open.delete(key)
  }
  for (const [key, { name }] of open) yield `"${name}" (${key}) begins, and does not end`
}

function* wrongArrows(lines: readonly TraceLine[]): Generator<string> {
  const isInSlice = coveredBy(lines, SLACK)
  const starts = new Map(lines.filter(({ ph }) => ph === "s").map((line) => [line.id, line]))
  const ends = new Map(lines.filter(({ ph }) => ph === "f").map((line) => [line.id, line]))
  for (const [id, { name }] of starts) if (!ends.has(id)) yield `arrow "${name}" (${id}) has no end`
  for (const [id, end] of ends) {
    const start = starts.get(id)
    if (!start) yield `arrow "${end.name}" (${id}) has no beginning`
    else if (start.ts > end.ts) yield `arrow "${end.name}" (${id}) goes back in time`
  }
  for (const line of [...starts.values(), ...ends.values()])
    if (!isInSlice(line)) yield `arrow "${line.name}" (${line.id}) is in no slice`
}
