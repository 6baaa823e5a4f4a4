// What threads share in a race without a host: a heap of the engine with nothing in it but seats, cells and a few records, and
// some words beside it by which the main thread sees who moves, who sleeps and who is done.
import { layout } from "@outlive/core/engine-js"
import { StartLine } from "@outlive/workers"

const { Header } = layout

const CELLS = 16
const MOST_FENCES = 4
const MOST_CALLBACKS = 64
export const LOCKS = 2
/** Room for the largest of the locks, and for what it guards. */
const CELLS_OF_LOCK = 8

export const State = { Runs: 0, Asleep: 1, Done: 2 }
/** Where the words of all threads begin: what each is doing, and how often it has gone on. */
export const STATES = StartLine.WORDS
const MOST_THREADS = 8
export const MOVES = STATES + MOST_THREADS

export function wordsFor(threads) {
  if (threads > MOST_THREADS) throw new RangeError(`There is room for ${MOST_THREADS} threads`)
  return MOVES + MOST_THREADS
}

/** A heap for so many threads, all of them seated. `configure` writes into its header. */
export function heapOf(instantiate, threads, configure) {
  const capacities = [threads, MOST_FENCES, MOST_CALLBACKS, 1, 1, CELLS, 0, 0, 0, 0, 0, 0]
  const nothing = () => 0
  const host = { call: nothing, oops: nothing, warn: nothing, park: nothing, now: nothing, place: nothing }
  const over = (buffer) => instantiate({ buffer }, { ...host, stall: nothing, turn: nothing }).exports
  const buffer = new SharedArrayBuffer(over(new SharedArrayBuffer(8)).heapBytes(...capacities))
  const engine = over(buffer)
  configure(new Int32Array(buffer))
  engine.initializeHeap(...capacities)
  const records = Array.from({ length: threads }, () => engine.attach())
  return { buffer, records }
}

/** Address of a cell. */
export const cellIn = (words, index) => words[Header.cells >> 2] + 4 * index

/** Addresses of the locks, and of what each guards. */
export function guardedCells(words) {
  return Array.from({ length: LOCKS }, (_, i) => ({
    lock: cellIn(words, i * CELLS_OF_LOCK),
    counter: cellIn(words, i * CELLS_OF_LOCK + CELLS_OF_LOCK - 1),
  }))
}
