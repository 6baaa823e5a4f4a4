// Sleeps on a fence's lock. The mortal one, once woken, does nothing more: it is there to be terminated.
import { workerData } from "node:worker_threads"

const { shared, token, flags, isMortal, engineUrl } = workerData
const WOKEN = 0
const GOT_IT = 1
const say = (flag) => {
  Atomics.store(flags, flag, 1)
  Atomics.notify(flags, flag)
}
const sleep = Atomics.wait
// Without a bound: who looks again by itself goes to the end of the queue, and needs no wake.
Atomics.wait = (words, index, value) => {
  const outcome = sleep(words, index, value)
  if (isMortal && outcome === "ok") {
    say(WOKEN)
    sleep(flags, 7, 0)
  }
  return outcome
}
const { Heap } = await import("@outlive/core")
const substitute = engineUrl ? { factory: (await import(engineUrl)).instantiate } : {}
const thread = Heap.open(shared, { substitute }).attach({ name: isMortal ? "mortal" : "other" })
const fence = thread.open(token)
fence.locked(() => say(GOT_IT))
fence.drop()
thread.detach()
