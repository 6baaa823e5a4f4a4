// A race over a build of the engine without a host: each thread is seated in a bare heap and plays a program of this folder. An
// oops, or threads that all sleep for good, are objected to here; what else may not be is the program's own to say.
import { Worker } from "node:worker_threads"
import { layout } from "@outlive/core/engine-js"
import { MOVES, STATES, State, heapOf, wordsFor } from "./bare-memory.mjs"

const { Header, LockKind } = layout
const LOOK_MS = 50
/** All asleep, and nobody has moved, for so many looks: whoever was woken has long been running again. */
const MOST_STILL = 30
/** No thread has ended a round for so many looks, asleep or not. */
const MOST_STUCK = 200

/**
 * What was seen that may not be. `judge` is told what each thread reports at its end, and the memory's words.
 * `delays`: how often a thread is held up at a single access, where not as usual.
 */
export async function raceBare({ racer, engineUrl, threads, rounds, spins, seed, delays }, judge) {
  const { instantiate } = await import(engineUrl)
  const shared = new SharedArrayBuffer(4 * wordsFor(threads))
  const { records, buffer } = heapOf(instantiate, threads, (words) => {
    words[Header.lockKind >> 2] = spins > 0 ? LockKind.Spin : LockKind.Mutex
    words[Header.spins >> 2] = spins
  })
  const reports = records.map((record, index) => {
    const workerData = { engineUrl, buffer, shared, threads, index, record, rounds, seed, delays }
    const worker = new Worker(new URL(racer, import.meta.url), { workerData })
    return new Promise((resolve, reject) => {
      // The others may wait for one that has thrown.
      worker.once("message", (report) => (report.threw === undefined ? resolve(report) : reject(report.threw)))
      worker.once("error", reject)
    })
  })
  const all = Promise.all(reports).catch((error) => String(error))
  const watch = watchFor(new Int32Array(shared), threads)
  const end = await Promise.race([all, watch.standstill])
  watch.stop()
  if (typeof end === "string") return [end]
  return judge(end, new Int32Array(buffer))
}

/** Looks now and then whether anybody can still go on; `standstill` says who cannot, or that somebody has thrown. */
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
