/** An open loop: what is held up counts as late, from when it was due; in a time of its own, so that nothing depends on a clock. */
import { Random } from "@outlive/workers"
import { expect, test } from "vitest"
import { Arrivals } from "../../bench/dist/contended/arrivals.js"

const TURNS = 20_000
const TURN_MS = 0.01
const STALL_MS = 50

/** Turns of a lock that stalls once; how long each took from when it was due, and, as a closed loop sees it, from when it was begun. */
function latencies(perSecond: number): { open: number[]; closed: number[] } {
  // Whoever looks at this clock lets it go on a little: waiting ends.
  let now = 0
  const random = new Random(7)
  const arrivals = new Arrivals(
    perSecond,
    () => random.fraction(),
    () => (now += 0.0005),
  )
  const [open, closed] = [[] as number[], [] as number[]]
  for (let turn = 0; turn < TURNS; turn++) {
    const due = arrivals.next()
    const begun = now
    now += turn === TURNS / 2 ? STALL_MS : TURN_MS
    open.push(now - due)
    closed.push(now - begun)
  }
  return { open, closed }
}

const share = (all: readonly number[], overMs: number) => all.filter((ms) => ms > overMs).length / all.length

test("a stall is seen by all turns that were due meanwhile, and by one only in a closed loop", () => {
  const { open, closed } = latencies(10_000)
  // 50 ms, in which 500 turns were due, and some time until all of those are done.
  expect(share(open, 1)).toBeGreaterThan(0.02)
  expect(share(open, 1)).toBeLessThan(0.05)
  expect(share(closed, 1)).toBe(1 / TURNS)
})

test("as many turns are due as were asked for, and none comes before it is due", () => {
  let now = 0
  const random = new Random(1)
  const arrivals = new Arrivals(
    1_000,
    () => random.fraction(),
    () => (now += 0.01),
  )
  for (let turn = 0; turn < 5_000; turn++) expect(arrivals.next()).toBeLessThanOrEqual(now)
  expect(now / 5_000).toBeGreaterThan(0.95)
  expect(now / 5_000).toBeLessThan(1.05)
})

test("what was before a reset holds nothing up", () => {
  let now = 0
  const arrivals = new Arrivals(
    1_000,
    () => 0.5,
    () => (now += 0.01),
  )
  arrivals.next()
  now += 1_000
  arrivals.reset()
  expect(now - arrivals.next()).toBeLessThan(1)
})

test("a rate that cannot be kept is later and later", () => {
  const { open } = latencies(200_000)
  expect(open.at(-1)!).toBeGreaterThan(50)
})
