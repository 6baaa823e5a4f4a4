/** What the platform's locks do, as JSON. */
import { once } from "node:events"
import { Worker, isMainThread, parentPort } from "node:worker_threads"

const { locks } = navigator
const NAME = "outlive-beside"
const LONG_MS = 50
/** Nobody keeps the process alive for a lock. */
setInterval(() => {}, 1_000)
const elapsed = (ms) => new Promise((resolve) => setTimeout(resolve, ms, "pending"))
/** Held until what it resolves to is called. */
const hold = (options = {}) =>
  new Promise((resolve, reject) => {
    locks
      .request(NAME, options, (lock) => (lock === null ? resolve() : new Promise((release) => resolve(release))))
      .catch(reject)
  })

if (isMainThread) {
  const requested = hold()
  const blocks = typeof requested.then !== "function"
  const release = await requested
  const tries = (await hold({ ifAvailable: true })) === undefined
  const bounded = await hold({ signal: AbortSignal.timeout(LONG_MS) }).catch(({ name }) => name === "TimeoutError")
  const abort = new AbortController()
  const aborted = hold({ signal: abort.signal })
  abort.abort(new Error("enough"))
  const aborts = await aborted.catch(({ message }) => message === "enough")
  const twice = hold()
  const tellsDeadlock = (await Promise.race([twice, elapsed(LONG_MS)])) !== "pending"
  const order = []
  const waiting = twice.then((end) => (order.push("first"), end()))
  release()
  await Promise.all([waiting, hold().then((end) => (order.push("second"), end()))])

  const worker = new Worker(new URL(import.meta.url))
  await once(worker, "message")
  await worker.terminate()
  let given
  const end = await Promise.race([locks.request(NAME, (lock) => (given = lock) && "given"), elapsed(5_000)])
  const found = { blocks, promises: true, bounded, aborts, tries, inOrder: order[0] === "first", tellsDeadlock }
  // All that a lock says is its name and its mode.
  const said = Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(given ?? {}))).filter(
    (key) => !["constructor", "name", "mode"].includes(key),
  )
  console.log(JSON.stringify({ ...found, outlivesOwner: end === "given", tellsDeath: said.length > 0 }))
  process.exit()
} else {
  await hold()
  parentPort.postMessage("held")
}
