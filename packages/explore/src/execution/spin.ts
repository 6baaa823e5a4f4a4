/**
 * Loops that wait by looking again.
 *
 * Without care there is one execution for each number of futile looks. A thread whose last round only read, and which
 * would read the same again, is held until one of the words it looked at differs. `relax()` declares this; else it is
 * found: two rounds in a row, from the same place of the code, with the same operations and values.
 */
import {
  CLEAR_TIMER,
  COMPARE_EXCHANGE,
  LOAD,
  RESUME,
  SET_TIMER,
  STORE,
  WAIT,
  WAIT_ASYNC,
  WAKE,
} from "../platform/operation.js"
import type { Guard, Point } from "./point.js"

/** Rounds of more operations than this are not recognized. */
const LONGEST_ROUND = 32

/** Whether an operation that saw this left all as it was. The cell's value is compared by whoever executed it. */
export function isPure(operation: number, changed: boolean): boolean {
  if (operation === LOAD || operation === WAIT || operation === WAKE || operation === WAIT_ASYNC) return true
  // Whoever was told something does not wait for the same any more: body.ts looks at what it was told.
  if (operation === RESUME || operation === SET_TIMER || operation === CLEAR_TIMER) return true
  if (operation === STORE || operation > COMPARE_EXCHANGE) return false
  return !changed
}

/** The guard after `relax()`: all that was read since the last `relax()` or change. */
export function guardOfRelax(point: Point): Guard | undefined {
  const round: Point[] = []
  for (let at = point; at.pure && at.parent !== undefined; at = at.parent) {
    round.push(at)
    if (at.parent.relaxed) break
  }
  return round.length === 0 ? undefined : guardOf(round, true)
}

/** Whether the last two rounds were the same, as far as operations and values tell. */
export function hasRepeatedRounds(point: Point): boolean {
  return lengthOfRound(point, () => true) > 0
}

/** How many points back, with this one, the last two rounds and the call before them lie. */
export function pointsOfRounds(point: Point): number {
  return 2 * lengthOfRound(point, () => true) + 1
}

/** Whether the call stacks of the last two rounds are known. */
export function hasSites(point: Point): boolean {
  let at: Point | undefined = point
  for (let left = pointsOfRounds(point); left > 0; left--, at = at.parent)
    if (at === undefined) return true
    else if (at.site === "" && !hasNoSite(at)) return false
  return true
}

/** What a thread does without its code. */
function hasNoSite({ operation }: Point): boolean {
  return operation === WAKE || operation === RESUME || operation === SET_TIMER || operation === CLEAR_TIMER
}

/** The guard of a point whose last two rounds were the same. */
export function guardOfRounds(point: Point): Guard | undefined {
  const length = lengthOfRound(point, sitesAgree)
  return length === 0 ? undefined : guardOf(lastRound(point, length), false)
}

/** The shortest round that came twice; 0 if there is none. */
function lengthOfRound(point: Point, agree: (point: Point, length: number) => boolean): number {
  let start = point
  for (let length = 1; length <= LONGEST_ROUND; length++) {
    if (!start.pure || start.parent === undefined) return 0
    start = start.parent
    if (start.repeats(point) && isRepeated(point, length) && agree(point, length)) return length
  }
  return 0
}

/** Whether the `length` operations before are what the `length` ones before them were, with the same values. */
function isRepeated(point: Point, length: number): boolean {
  let later = point
  let earlier = point
  for (let i = 0; i < length; i++) earlier = earlier.parent!
  for (let i = 0; i < length; i++) {
    if (!later.pure || !earlier.pure || earlier.parent === undefined) return false
    if (later.seen !== earlier.seen || later.seen2 !== earlier.seen2) return false
    later = later.parent!
    earlier = earlier.parent
    if (!later.repeats(earlier)) return false
  }
  return true
}

function sitesAgree(point: Point, length: number): boolean {
  let later: Point | undefined = point
  let earlier: Point | undefined = point
  for (let i = 0; i < length; i++) earlier = earlier?.parent
  for (let i = 0; i <= length; i++) {
    if (later === undefined || earlier === undefined || later.site !== earlier.site) return false
    if (later.site === "" && !hasNoSite(later)) return false
    later = later.parent
    earlier = earlier.parent
  }
  return true
}

function lastRound(point: Point, length: number): Point[] {
  const round: Point[] = []
  for (let at = point; round.length < length; at = at.parent!) round.push(at)
  return round
}

/** Each point's parent operation read one cell. */
function guardOf(round: readonly Point[], hinted: boolean): Guard {
  const words: number[] = []
  const masks: number[] = []
  const values: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  for (const { parent, seen, seen2 } of round) {
    const { start, end } = parent!
    starts.push(start)
    ends.push(end)
    const pair = (start >> 3) << 1
    for (let word = pair; word <= pair + 1; word++) {
      const mask = maskOf(word << 2, start, end)
      if (mask === 0) continue
      words.push(word)
      masks.push(mask)
      values.push((word === pair ? seen : seen2) & mask)
    }
  }
  return { words, masks, values, starts, ends, length: round.length, hinted }
}

/** The bits of the word at this offset that belong to the bytes from `start` to `end`. */
function maskOf(offset: number, start: number, end: number): number {
  let mask = 0
  for (let byte = 0; byte < 4; byte++) if (offset + byte >= start && offset + byte < end) mask |= 0xff << (byte * 8)
  return mask
}
