/**
 * Whether the platform's locks keep two threads apart: how often both were inside at once, in so many seconds. Node grants a lock in two steps, and
 * between them another thread's request can be granted as well.
 *
 *   node test/bench/beside/web-locks-inside.mjs 8
 */
import { Worker, isMainThread, workerData } from "node:worker_threads"

const [INSIDE, BOTH, GRANTS] = [0, 16, 32]
// Nobody keeps the process alive for a lock.
setInterval(() => {}, 1_000)

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(256))
  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url), { workerData: words }))
  setTimeout(
    () => {
      console.log(`${process.version}: two were inside ${words[BOTH]} times, of ${words[GRANTS]} grants`)
      for (const worker of workers) void worker.terminate()
      process.exit()
    },
    1_000 * Number(process.argv[2] ?? 8),
  )
} else {
  const words = workerData
  for (;;)
    await navigator.locks.request("inside", async () => {
      if (Atomics.add(words, INSIDE, 1) !== 0) Atomics.add(words, BOTH, 1)
      Atomics.add(words, GRANTS, 1)
      await undefined
      Atomics.sub(words, INSIDE, 1)
    })
}
