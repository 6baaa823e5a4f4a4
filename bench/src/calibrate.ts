/**
 * How fast this thread is just now. Eight independent sums keep all of a core's units busy, so a neighbour on its sibling hyperthread
 * halves this loop, as it does JavaScript's calls; a loop that is bound by latency, such as of locked instructions, would not notice.
 */
const TURNS = 10_000
const WARM_UP = 200
/** The least of so many: what else the system does for a moment is in some of them only. */
const ATTEMPTS = 7
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

/** Nanoseconds of a turn, at best. */
export function calibrate(): number {
  return Math.min(...Array.from({ length: ATTEMPTS }, () => calibrateOnce()))
}

/** What the clock itself takes between two looks, in nanoseconds: the median of many. */
export function clockCost(now: () => number = () => performance.now() * 1e6): number {
  const pairs = Array.from({ length: 4_096 }, () => {
    const start = now()
    return now() - start
  })
  return pairs.toSorted((x, y) => x - y)[pairs.length >> 1]!
}
