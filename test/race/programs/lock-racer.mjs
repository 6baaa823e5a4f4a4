// One thread of a race over a lock: now one, now both at once, given back in the order in which they were taken.
import { parentPort, workerData } from "node:worker_threads"
import { Random, StartLine, AT_ACCESSES, delayer, perturbedAtomics } from "@outlive/workers"
import { layout } from "@outlive/core/engine-js"
import { MOVES, STATES, State, guardedCells } from "./lock-race-memory.mjs"

const { engineUrl, buffer, shared, threads, index, record, rounds, seed } = workerData
const BOTH_ONE_IN = 4
const INSIDE = { delayOneIn: 3, sleepOneIn: 8 }

const words = new Int32Array(buffer)
const told = new Int32Array(shared)
const random = new Random(seed, index)
const pause = delayer(random, INSIDE)

/** The engine may sleep for as long as it likes: a wake that does not come is missed, and not made up for by a time-out. */
function park(address, value) {
  Atomics.store(told, STATES + index, State.Asleep)
  Atomics.wait(words, address >> 2, value)
  Atomics.store(told, STATES + index, State.Runs)
  Atomics.add(told, MOVES + index, 1)
}

function oops(code) {
  const name = Object.entries(layout.Oops).find(([, value]) => value === code)?.[0] ?? code
  throw new Error(`Oops: ${name}`)
}

const nothing = () => 0
const host = { call: nothing, oops, warn: nothing, park, now: nothing, place: nothing, stall: nothing, turn: nothing }
const { instantiate } = await import(engineUrl)
const engine = instantiate({ buffer }, host, perturbedAtomics(delayer(random, AT_ACCESSES))).exports
const guarded = guardedCells(buffer)
const additions = guarded.map(() => 0)

/** A load and a store: two that are inside at once lose one of their additions. */
function add(i) {
  const at = guarded[i].counter >> 2
  const before = words[at]
  pause()
  words[at] = before + 1
  additions[i]++
}

function round() {
  const both = random.oneIn(BOTH_ONE_IN)
  const chosen = both ? guarded.map((_, i) => i) : [random.below(guarded.length)]
  for (const i of chosen) engine.lock(record, guarded[i].lock)
  for (const i of chosen) add(i)
  for (const i of chosen) engine.unlock(record, guarded[i].lock)
  pause()
}

let threw
new StartLine(threads, told).cross()
try {
  for (let i = 0; i < rounds; i++) {
    round()
    Atomics.add(told, MOVES + index, 1)
  }
} catch (error) {
  threw = String(error)
}
Atomics.store(told, STATES + index, State.Done)
parentPort.postMessage({ additions, ...(threw && { threw }) })
