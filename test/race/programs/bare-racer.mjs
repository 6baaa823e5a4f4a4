// One thread's side of a race over a bare heap: the engine, slowed down at each access, and the rounds.
import { parentPort, workerData } from "node:worker_threads"
import { layout } from "@outlive/core/engine-js"
import { AT_ACCESSES, Random, StartLine, delayer, perturbedAtomics } from "@outlive/workers"
import { MOVES, STATES, State } from "./bare-memory.mjs"

export const { engineUrl, buffer, shared, threads, index, record, rounds, seed, delays } = workerData
const INSIDE = { delayOneIn: 3, sleepOneIn: 8 }

export const words = new Int32Array(buffer)
const told = new Int32Array(shared)
export const random = new Random(seed, index)
/** Sometimes delays. */
export const pause = delayer(random, INSIDE)

/** The engine may sleep for as long as it likes: a wake that does not come is missed, and not made up for by a time-out. */
function park(address, value) {
  asleep(() => Atomics.wait(words, address >> 2, value))
}

function asleep(wait) {
  Atomics.store(told, STATES + index, State.Asleep)
  wait()
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
export const engine = instantiate({ buffer }, host, perturbedAtomics(delayer(random, delays ?? AT_ACCESSES))).exports

const line = new StartLine(threads, told)
/** Waits for all the others. */
export const meet = () => asleep(() => line.cross())

/** Who sleeps for good is seen when the others wait for him; not only at the end, for until then whoever goes next may wake him. */
const ROUNDS_TO_MEETING = 50

/** Plays the rounds, and tells the main thread what `report` says then. */
export function play(round, report) {
  let threw
  line.cross()
  try {
    for (let i = 0; i < rounds; i++) {
      if (i % ROUNDS_TO_MEETING === 0) meet()
      round(i)
      Atomics.add(told, MOVES + index, 1)
    }
  } catch (error) {
    threw = String(error)
  }
  Atomics.store(told, STATES + index, State.Done)
  parentPort.postMessage({ ...report(), ...(threw && { threw }) })
}
