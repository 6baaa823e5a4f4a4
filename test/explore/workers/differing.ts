/** Models for replays on workers: those that fail, each in its way, and those that are not the same there. */
import type { Model } from "@outlive/explore"
import { isMainThread } from "node:worker_threads"

type Thread = (cells: Int32Array) => unknown

function model(threads: readonly Thread[], more: Partial<Model<Int32Array>> = {}): Model<Int32Array> {
  return { memory: 16, setup: (memory) => new Int32Array(memory), threads, ...more }
}

const increment: Thread = (cells) => Atomics.store(cells, 0, Atomics.load(cells, 0) + 1)

/** All bodies end, and one of them by throwing. */
export const throws = model(
  [0, 1].map(() => (cells) => {
    if (Atomics.add(cells, 0, 1) === 1) throw new RangeError("came second")
  }),
)
export const throwsAtOnce = model([
  () => {
    throw new Error("before anything else")
  },
  increment,
])
export const checked = model([increment, increment], {
  check: ([count]) => {
    if (count !== 2) throw new Error("an update was lost")
  },
})
export const leaking = model([increment, increment], { leaks: ([count]) => (count === 2 ? undefined : "one is lost") })
export const forbidden = model([increment, increment], {
  outcome: ([count]) => String(count),
  outcomes: { 1: ["forbidden", "one is lost"] },
})
/** What threads do before their first operations is a step of each. */
const startingPlainly = (threads: readonly Thread[]) =>
  model(threads, { cells: { flag: 0 }, allowedRaces: ["flag"], setup: (_, tools) => tools.view(Int32Array) })
export const startsBetween = startingPlainly([
  (cells) => [Atomics.store(cells, 0, 1), Atomics.store(cells, 1, 42)],
  (cells) => {
    if (cells[0] === 1 && Atomics.load(cells, 1) !== 42) throw new Error("flag seen, data not there")
  },
])
export const neverStarts = startingPlainly([
  (cells) => {
    if (Atomics.add(cells, 0, 1) === 0) throw new Error("before the other starts")
  },
  (cells) => void (cells[0] = 1),
])
export const spinning = model([
  (cells) => {
    while (Atomics.load(cells, 0) !== 2);
  },
  increment,
])
export const sleeping = model([(cells) => Atomics.wait(cells, 0, 0), increment])
/** Passes after a look at chance and time, and at 64 bits. */
export const same = model([
  (cells) => Atomics.store(cells, Math.floor(Math.random() * 2), Math.floor(Date.now() % 1000)),
  (cells) => Atomics.exchange(new BigInt64Array(cells.buffer), 1, BigInt(Math.floor(performance.now())) - (1n << 40n)),
])
/** The last steps write: they have to be done before anybody looks. */
export const late = model([(cells) => (Atomics.load(cells, 1), (cells[2] = 7)), (cells) => Atomics.load(cells, 1)], {
  check: (cells) => {
    if (cells[2] !== 7) throw new Error("looked too early")
  },
})

/** What is another thing on workers: their thread is not the main one. */
export const givesBackOther = model([(cells) => (Atomics.load(cells, 0), isMainThread), increment])
export const throwsThere = model([
  (cells) => {
    Atomics.load(cells, 0)
    if (!isMainThread) throw new Error("only there")
  },
  increment,
])
export const throwsHere = model([
  (cells) => {
    Atomics.load(cells, 0)
    if (isMainThread) throw new Error("only here")
  },
  increment,
])
export const writesOther = model([(cells) => (Atomics.load(cells, 0), (cells[3] = isMainThread ? 1 : 2), 0), increment])
export const failsHere = model([(cells) => Atomics.load(cells, 0), increment], {
  check: (cells) => {
    if (cells.buffer !== firstMemory(cells.buffer as SharedArrayBuffer)) return
    throw new Error("only of the first memory")
  },
})
export const leaves = model([
  (cells) => {
    Atomics.load(cells, 0)
    if (!isMainThread) process.exit(3)
  },
  increment,
])

let memory: SharedArrayBuffer | undefined
function firstMemory(candidate: SharedArrayBuffer): SharedArrayBuffer {
  return (memory ??= candidate)
}
