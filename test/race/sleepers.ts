/** Two threads sleep on a lock; giving it back wakes one of them, and that one dies before it takes it. The other must not sleep on. */
import { once } from "node:events"
import { setTimeout as pause } from "node:timers/promises"
import { Worker } from "node:worker_threads"
import { type EngineFactory, Heap, type HeapOptions, defineModule } from "@outlive/core"

const PROGRAM = new URL("programs/sleeper.mjs", import.meta.url)
const WOKEN = 0
const GOT_IT = 1
/** Time to fall asleep in. */
const DROWSY_MS = 100
const PATIENCE_MS = 10_000

interface Sleep extends HeapOptions {
  /** A broken twin. */
  readonly engineUrl?: string
  /** How long the one that lives may take. */
  readonly patienceMs?: number
}

/** Whether the one that lives gets the lock. */
export async function sleepOnLock({ engineUrl, patienceMs = PATIENCE_MS, ...options }: Sleep): Promise<boolean> {
  const substitute = engineUrl
    ? { factory: ((await import(engineUrl)) as { instantiate: EngineFactory }).instantiate }
    : {}
  const heap = Heap.create({ fences: 16, threads: 4, lock: "mutex", ...options, substitute })
  const mock = defineModule({ name: "mock", driverName: "mock" })
  const main = heap.attach({ name: "main", modules: [mock] })
  const fence = main.load(mock).timeline("t").fence()
  const flags = new Int32Array(new SharedArrayBuffer(32))
  const common = { shared: heap.share(), token: fence.share(), flags, engineUrl }
  const start = async (isMortal: boolean) => {
    const worker = new Worker(PROGRAM, { workerData: { ...common, isMortal } })
    const exited = once(worker, "exit")
    const name = isMortal ? "mortal" : "other"
    while (!heap.threads().some((info) => info.name === name)) await pause(5)
    await pause(DROWSY_MS)
    return { worker, exited }
  }
  const raised = async (flag: number, ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end; await pause(5))
      if (Atomics.load(flags, flag) === 1) return true
    return false
  }
  main.engine.lockFence(main.record, fence.address)
  const mortal = await start(true)
  const other = await start(false)
  main.engine.unlockFence(main.record, fence.address)
  if (!(await raised(WOKEN, PATIENCE_MS))) throw new Error("The one that slept first was not woken first")
  await mortal.worker.terminate()
  main.reclaim(heap.threads().find((info) => info.name === "mortal")!)
  const gotIt = await raised(GOT_IT, patienceMs)
  if (!gotIt) await other.worker.terminate()
  await Promise.all([mortal.exited, other.exited])
  return gotIt
}

/** For a trial: what is wrong. */
export async function play(task: Sleep): Promise<string[]> {
  return (await sleepOnLock(task)) ? [] : ["The one that lives sleeps on"]
}
