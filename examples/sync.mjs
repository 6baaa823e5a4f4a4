// Four workers count under a mutex, two at a time; one of them is terminated while it holds the mutex.
import { Worker, isMainThread, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { Event, Latch, Mutex, Semaphore } from "@outlive/sync"

const WORKERS = 4
const TURNS = 1000

if (isMainThread) {
  const heap = Heap.create({ threads: 8 })
  const thread = heap.attach({ name: "main" })
  const mutex = Mutex.create(thread)
  const slots = Semaphore.create(thread, { permits: 2 })
  const stuck = Event.create(thread)
  const done = Latch.create(thread, WORKERS)
  const tokens = { mutex: mutex.share(), slots: slots.share(), stuck: stuck.share(), done: done.share() }
  const start = (name) => new Worker(new URL(import.meta.url), { workerData: { heap: heap.share(), tokens, name } })

  for (let i = 0; i < WORKERS; i++) start(`worker ${i}`)
  await done.wait()
  console.log(`${thread.engine.readCell(thread.heap.cell(0))} counted`)

  // One that takes the mutex and never gives it back.
  const worker = start("doomed")
  await stuck.wait()
  console.log("mutex:", (await mutex.lock({ timeoutMs: 10 })) === undefined ? "timed out" : "had it")
  const doomed = heap.threads().find(({ name }) => name === "doomed")
  await worker.terminate()
  thread.reclaim(doomed)
  const guard = await mutex.lock()
  console.log("the one before has died:", guard.ownerDied)
  guard.unlock()
} else {
  const thread = Heap.open(workerData.heap).attach({ name: workerData.name })
  const { tokens } = workerData
  const mutex = Mutex.open(thread, tokens.mutex)
  if (workerData.name === "doomed") {
    mutex.lockSync()
    Event.open(thread, tokens.stuck).set()
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
  }
  const [slots, done] = [Semaphore.open(thread, tokens.slots), Latch.open(thread, tokens.done)]
  const counter = thread.heap.cell(0)
  // One guard for all turns: nothing is allocated in the loop.
  const guard = mutex.guard()
  slots.takeSync()
  for (let turn = 0; turn < TURNS; turn++) {
    guard.lockSync()
    thread.engine.writeCell(counter, thread.engine.readCell(counter) + 1)
    guard.unlock()
  }
  slots.release()
  done.countDown()
  for (const handle of [mutex, slots, done]) handle.drop()
  thread.detach()
}
