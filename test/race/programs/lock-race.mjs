// The trial of a lock in a race: threads add under it, as only somebody who is alone can; an addition that is lost, an oops
// and threads that all sleep for good are what it objects to.
import { Worker } from "node:worker_threads"
import { layout } from "@outlive/core/engine-js"
import { MOVES, STATES, State, heapOf, wordsFor } from "./lock-race-memory.mjs"

const { Header, LockKind } = layout
const LOOK_MS = 50
/** All asleep, and nobody has moved, for so many looks: whoever was woken has long been running again. */
const MOST_STILL = 30
/** No thread has ended a round for so many looks, asleep or not. */
const MOST_STUCK = 200

/** `{ engineUrl, threads, rounds, spins, seed }`: what was seen that no lock may show. */
export async function play({ engineUrl, threads, rounds, spins, seed }) {
  const { instantiate } = await import(engineUrl)
  const shared = new SharedArrayBuffer(4 * wordsFor(threads))
  const { records, buffer, counters } = heapOf(instantiate, threads, (words) => {
    words[Header.lockKind >> 2] = spins > 0 ? LockKind.Spin : LockKind.Mutex
    words[Header.spins >> 2] = spins
  })
  const added = records.map((record, index) => {
    const workerData = { engineUrl, buffer, shared, threads, index, record, rounds, seed }
    const worker = new Worker(new URL("lock-racer.mjs", import.meta.url), { workerData })
    return new Promise((resolve, reject) => {
      worker.once("message", resolve)
      worker.once("error", reject)
    })
  })
  const all = Promise.all(added)
  // Whoever comes too late to be heard has been told of by the other.
  all.catch(() => {})
  const watch = watchFor(new Int32Array(shared), threads)
  const end = await Promise.race([all, watch.standstill])
  watch.stop()
  if (typeof end === "string") return [end]
  const failed = end.find(({ threw }) => threw !== undefined)
  if (failed) return [failed.threw]
  const words = new Int32Array(buffer)
  return counters.flatMap((counter, i) => {
    const expected = end.reduce((sum, { additions }) => sum + additions[i], 0)
    const found = words[counter >> 2]
    return found === expected ? [] : [`${expected - found} of ${expected} additions were lost under lock ${i}`]
  })
}

/** Looks now and then whether anybody can still go on; `standstill` says who cannot. */
function watchFor(words, threads) {
  let [still, stuck, before] = [0, 0, ""]
  let timer
  const standstill = new Promise((resolve) => {
    timer = setInterval(() => {
      const at = (first) => Array.from({ length: threads }, (_, i) => Atomics.load(words, first + i))
      const states = at(STATES)
      const now = at(MOVES).join()
      if (now !== before) [still, stuck, before] = [0, 0, now]
      else stuck++
      const sleepers = states.filter((state) => state === State.Asleep).length
      const others = states.filter((state) => state !== State.Asleep && state !== State.Done).length
      still = sleepers > 0 && others === 0 ? still + 1 : 0
      if (still > MOST_STILL) resolve(`${sleepers} of ${threads} threads sleep, and nobody is left to wake them`)
      if (stuck > MOST_STUCK) resolve(`No thread has moved for ${MOST_STUCK * LOOK_MS} ms`)
    }, LOOK_MS)
  })
  return { standstill, stop: () => clearInterval(timer) }
}
