// What a race over a bare lock shares: a heap of the engine with nothing in it but seats and cells, and some words beside it
// by which the main thread sees who moves, who sleeps and who is done.
import { layout } from "@outlive/core/engine-js"
import { StartLine } from "@outlive/workers"

const { Header } = layout

/** In cells: lock, counter, lock, counter. */
export const COUNTERS = 2
const CELLS = 8
const APART = 2

export const State = { Runs: 0, Asleep: 1, Done: 2 }
/** Where the words of all threads begin: what each is doing, and how often it has gone on. */
export const STATES = StartLine.WORDS
const MOST_THREADS = 8
export const MOVES = STATES + MOST_THREADS

export const wordsFor = (threads) => {
  if (threads > MOST_THREADS) throw new RangeError(`There is room for ${MOST_THREADS} threads`)
  return MOVES + MOST_THREADS
}

/** A heap for so many threads, all of them seated. `configure` writes into its header. */
export function heapOf(instantiate, threads, configure) {
  const capacities = [threads, 2, 2, 1, 1, CELLS, 0, 0, 0, 0, 0]
  const nothing = () => 0
  const host = { call: nothing, oops: nothing, warn: nothing, park: nothing, now: nothing, place: nothing }
  const over = (buffer) => instantiate({ buffer }, { ...host, stall: nothing, turn: nothing }).exports
  const buffer = new SharedArrayBuffer(over(new SharedArrayBuffer(8)).heapBytes(...capacities))
  const engine = over(buffer)
  const words = new Int32Array(buffer)
  configure(words)
  engine.initializeHeap(...capacities)
  const records = Array.from({ length: threads }, () => engine.attach())
  const cell = (index) => words[Header.cells >> 2] + 4 * index
  const indices = Array.from({ length: COUNTERS }, (_, i) => i)
  return { buffer, records, counters: indices.map((i) => cell(i * APART + 1)) }
}

/** Addresses of the locks, and of what each guards. */
export function guardedCells(buffer) {
  const first = new Int32Array(buffer)[Header.cells >> 2]
  return Array.from({ length: COUNTERS }, (_, i) => {
    const lock = first + 4 * i * APART
    return { lock, counter: lock + 4 }
  })
}
