/** What `@outlive/sync` does, as JSON. */
import { once } from "node:events"
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { Mutex } from "@outlive/sync"

if (isMainThread) {
  const heap = Heap.create({ threads: 4 })
  const thread = heap.attach({ name: "main" })
  const mutex = Mutex.create(thread)
  const blocking = mutex.lockSync()
  const abort = new AbortController()
  const aborted = mutex.lock({ signal: abort.signal }).catch(({ message }) => message === "enough")
  abort.abort(new Error("enough"))
  const barged = mutex.lock()
  const found = {
    blocks: blocking.isHeld,
    tries: mutex.tryLock() === undefined,
    bounded: (await mutex.lock({ timeoutMs: 5 })) === undefined,
    aborts: await aborted,
    tellsDeadlock: codeOf(() => mutex.lockSync()) === "SELF_DEADLOCK",
  }
  blocking.unlock()
  const again = mutex.tryLock()
  found.inOrder = again === undefined
  again?.unlock()
  const promised = await barged
  found.promises = promised.isHeld
  promised.unlock()

  const worker = new Worker(new URL(import.meta.url), { workerData: { heap: heap.share(), mutex: mutex.share() } })
  await once(worker, "message")
  const info = heap.threads().find(({ name }) => name === "worker")
  await worker.terminate()
  thread.reclaim(info)
  const next = await mutex.lock({ timeoutMs: 5_000 })
  console.log(JSON.stringify({ ...found, outlivesOwner: next !== undefined, tellsDeath: next?.ownerDied === true }))
  process.exit()
} else {
  const thread = Heap.open(workerData.heap).attach({ name: "worker" })
  globalThis.guard = Mutex.open(thread, workerData.mutex).lockSync()
  parentPort.postMessage("held")
  setInterval(() => {}, 1_000)
}

function codeOf(act) {
  try {
    act()
    return undefined
  } catch (error) {
    return error.code
  }
}
