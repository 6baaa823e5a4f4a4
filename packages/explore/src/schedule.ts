/**
 * A schedule as text: a letter per thread, and how many steps it takes if not one: `A3BA2`. With `+` in front, what threads do before
 * their first operations is among the steps, where it accesses memory plainly; without, it has been done before them all.
 */
import { ExploreError } from "./refusal.js"

/** Longer than any that was printed: an execution is cut off before. */
const MOST_STEPS = 10_000_000

const WITH_STARTS = "+"

export function formatSchedule(threads: ArrayLike<number>, length: number, withStarts: boolean): string {
  let text = withStarts ? WITH_STARTS : ""
  for (let from = 0; from < length;) {
    let to = from + 1
    while (to < length && threads[to] === threads[from]) to++
    text += letterOf(threads[from]!) + (to - from > 1 ? String(to - from) : "")
    from = to
  }
  return text
}

/** Whether starts are among the steps. */
export function hasStarts(text: string): boolean {
  return typeof text === "string" && text.startsWith(WITH_STARTS)
}

export function parseSchedule(text: string, threads: number): number[] {
  if (typeof text !== "string") throw new ExploreError("schedule", `Cannot read a schedule that is no string: ${text}`)
  const schedule: number[] = []
  const block = /([A-Za-z])(\d*)/y
  if (hasStarts(text)) block.lastIndex = WITH_STARTS.length
  while (block.lastIndex < text.length) {
    const at = block.lastIndex
    const match = block.exec(text)
    const thread = match === null ? -1 : numberOf(match[1]!)
    if (match === null || thread >= threads)
      throw new ExploreError("schedule", `Cannot read schedule "${text}" at character ${at}`)
    const steps = match[2] === "" ? 1 : Number(match[2])
    if (schedule.length + steps > MOST_STEPS)
      throw new ExploreError("schedule", `Cannot read schedule "${text}": it has more than ${MOST_STEPS} steps`)
    for (let left = steps; left > 0; left--) schedule.push(thread)
  }
  return schedule
}

/** A, B, …, Z, a, … */
export function letterOf(thread: number): string {
  return String.fromCharCode(thread < 26 ? 65 + thread : 71 + thread)
}

function numberOf(letter: string): number {
  const code = letter.charCodeAt(0)
  return code < 97 ? code - 65 : code - 71
}
