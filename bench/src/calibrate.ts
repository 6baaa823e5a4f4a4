/**
 * How fast this thread is just now. Eight independent sums keep all of a core's units busy, so a neighbour on its sibling hyperthread
 * halves this loop, as it does JavaScript's calls; a loop that is bound by latency, such as of locked instructions, would not notice.
 */
import { sums } from "./calibration-loop.js"
import { median } from "./statistics.js"

const TURNS = 10_000
const WARM_UP = 200
/** V8 compiles in threads of its own, and takes the better code at a later call. */
const PAUSES = 2
const PAUSE_MS = 20
/** The least of so many: what else the system does for a moment is in some of them only. */
const ATTEMPTS = 7
/** Enough for the median to be of the time when all are at it. */
const ATTEMPTS_AMONG = 41

/** Until the compilers are done. */
export function warmUpCalibration(): void {
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(4))
  for (let pause = 0; pause < PAUSES; pause++) {
    for (let i = 0; i < WARM_UP; i++) sums(TURNS)
    Atomics.wait(nobodyWakes, 0, 0, PAUSE_MS)
  }
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
