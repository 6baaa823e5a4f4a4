/**
 * How fast this thread is just now. Eight independent sums keep all of a core's units busy, so a neighbour on its sibling hyperthread
 * halves this loop, as it does JavaScript's calls; a loop that is bound by latency, such as of locked instructions, would not notice.
 */
import { median } from "./statistics.js"

const TURNS = 10_000
const WARM_UP = 200
/** The least of so many: what else the system does for a moment is in some of them only. */
const ATTEMPTS = 7
/** Enough for the median to be of the time when all are at it. */
const ATTEMPTS_AMONG = 41
let sink = 0

function sums(turns: number): void {
  let [a, b, c, d, e, f, g, h] = [1, 2, 3, 4, 5, 6, 7, sink & 1]
  for (let i = 0; i < turns; i++) {
    a = (a + i) | 0
    b ^= i
    c = (c + i) | 0
    d ^= i
    e = (e + i) | 0
    f ^= i
    g = (g + i) | 0
    h ^= i
  }
  sink ^= a + b + c + d + e + f + g + h
}

/** Until the compilers are done. */
export function warmUpCalibration(): void {
  for (let i = 0; i < WARM_UP; i++) sums(TURNS)
}

/** Nanoseconds of a turn, once. */
export function calibrateOnce(turns = TURNS): number {
  const start = performance.now()
  sums(turns)
  return ((performance.now() - start) / turns) * 1e6
}

/** Nanoseconds of a turn, at best: of a thread that runs alone. */
export function calibrate(): number {
  return Math.min(...Array.from({ length: ATTEMPTS }, () => calibrateOnce()))
}

/**
 * Nanoseconds of a turn, for threads that calibrate at the same time: the median of many. Two of them may share a core; the least would
 * be that of a moment when one had not begun or was done already, and by a run with such a moment all others would look disturbed.
 */
export function calibrateAmong(): number {
  return median(Array.from({ length: ATTEMPTS_AMONG }, () => calibrateOnce()))
}

/** What the clock itself takes between two looks, in nanoseconds: the median of many. */
export function clockCost(now: () => number = () => performance.now() * 1e6): number {
  const pairs = Array.from({ length: 4_096 }, () => {
    const start = now()
    return now() - start
  })
  return pairs.toSorted((x, y) => x - y)[pairs.length >> 1]!
}
