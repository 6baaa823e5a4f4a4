/** What a mutex of three states (Drepper's) does that somebody writes with `Atomics`, as JSON. */
import { once } from "node:events"
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads"

const [FREE, HELD, WANTED] = [0, 1, 2]
const LONG_MS = 50
const words = isMainThread ? new Int32Array(new SharedArrayBuffer(4)) : workerData
const tryLock = () => Atomics.compareExchange(words, 0, FREE, HELD) === FREE
const take = () => Atomics.exchange(words, 0, WANTED) === FREE
/** Whether it was had in time. */
function lock(ms) {
  if (tryLock()) return true
  for (const end = performance.now() + ms; !take();)
    if (Atomics.wait(words, 0, WANTED, Math.max(0, end - performance.now())) === "timed-out" && !take()) return false
  return true
}
async function lockAsync() {
  if (!tryLock()) while (!take()) await Atomics.waitAsync(words, 0, WANTED).value
  return true
}
const unlock = () => {
  if (Atomics.exchange(words, 0, FREE) === WANTED) Atomics.notify(words, 0, 1)
}

if (isMainThread) {
  const blocks = lock(Infinity)
  const bounded = !lock(LONG_MS)
  const barged = lockAsync()
  unlock()
  const inOrder = !tryLock()
  if (!inOrder) unlock()
  const promises = await barged
  unlock()
  const worker = new Worker(new URL(import.meta.url), { workerData: words })
  await once(worker, "message")
  const tries = !tryLock()
  await worker.terminate()
  const outlivesOwner = lock(LONG_MS)
  const found = { blocks, promises, bounded, aborts: false, tries, inOrder }
  // Taking it twice is what `bounded` has done: the bound ended it, and nothing was told.
  console.log(JSON.stringify({ ...found, tellsDeadlock: false, outlivesOwner, tellsDeath: false }))
  process.exit()
} else {
  lock(Infinity)
  parentPort.postMessage("held")
  setInterval(() => {}, 1_000)
}
