/** "dma-buf-fence", the kernel's suite for a single fence: upstream's cases, by upstream's names. */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { expect } from "vitest"
import { defineModule } from "@outlive/core"
import { world } from "../unit/world.js"
import { type Configuration, suite } from "./suite.js"

const EIO = -5
const JIFFY_MS = 4

/** A pending fence whose signaling is enabled, as almost every case upstream begins. */
function mock(configuration: Configuration) {
  const w = world(configuration)
  const fence = w.timeline.fence()
  expect(fence.enableSignaling()).toBe(true)
  return {
    ...w,
    fence,
    end() {
      fence.drop()
      w.close()
    },
  }
}

suite(
  { name: "dma-fence", upstream: 12, forCi: ["race_signal_callback"] },
  {
    sanitycheck(configuration) {
      const { fence, end } = mock(configuration)
      fence.signal()
      end()
    },
    signaling(configuration) {
      const { fence, end } = mock(configuration)
      expect(fence.isSignaled()).toBe(false)
      expect(fence.checkAndSignal()).toBe(false)
      expect(fence.isSignaled()).toBe(true)
      expect(fence.hasSignaled()).toBe(true)
      expect(fence.isDetached, "the ops pointer is NULL").toBe(true)
      end()
    },
    add_callback(configuration) {
      const { heap, thread, fence, end } = mock(configuration)
      const callback = fence.addCounter(0)
      expect(callback).not.toBe("already-signaled")
      fence.signal()
      expect(thread.engine.readCell(heap.cell(0)), "seen synchronously").toBe(1)
      if (callback !== "already-signaled") callback.remove()
      end()
    },
    late_add_callback(configuration) {
      const { heap, thread, fence, end } = mock(configuration)
      fence.signal()
      expect(fence.addCounter(0)).toBe("already-signaled")
      fence.signal()
      expect(thread.engine.readCell(heap.cell(0))).toBe(0)
      end()
    },
    rm_callback(configuration) {
      const { heap, thread, fence, end } = mock(configuration)
      const callback = fence.addCounter(0)
      if (callback === "already-signaled") throw new Error("the fence is pending")
      expect(callback.remove()).toBe(true)
      fence.signal()
      expect(thread.engine.readCell(heap.cell(0))).toBe(0)
      end()
    },
    late_rm_callback(configuration) {
      const { heap, thread, fence, end } = mock(configuration)
      const callback = fence.addCounter(0)
      if (callback === "already-signaled") throw new Error("the fence is pending")
      fence.signal()
      expect(thread.engine.readCell(heap.cell(0))).toBe(1)
      expect(callback.remove()).toBe(false)
      end()
    },
    status(configuration) {
      const { fence, end } = mock(configuration)
      expect(fence.status()).toBe(0)
      fence.signal()
      expect(fence.status()).toBe(1)
      end()
    },
    error(configuration) {
      const { fence, end } = mock(configuration)
      fence.setError(EIO)
      expect(fence.status()).toBe(0)
      fence.signal()
      expect(fence.status()).toBe(EIO)
      end()
    },
    wait(configuration) {
      const { fence, end } = mock(configuration)
      expect(fence.waitSync({ timeoutMs: 0 })).toBe("timed-out")
      fence.signal()
      expect(fence.waitSync({ timeoutMs: 0 })).toBe("signaled")
      end()
    },
    async wait_timeout(configuration) {
      const { fence, end } = mock(configuration)
      expect(fence.waitSync({ timeoutMs: JIFFY_MS })).toBe("timed-out")
      setTimeout(() => fence.signal(), JIFFY_MS)
      expect(await fence.wait({ timeoutMs: 10_000 })).toBe("signaled")
      end()
    },
    stub(configuration) {
      const w = world(configuration)
      const stubs = Array.from({ length: 64 }, () => w.thread.stub())
      for (const stub of stubs) expect(stub.isSignaled()).toBe(true)
      for (const stub of stubs) stub.drop()
      w.close()
    },
    async race_signal_callback(configuration) {
      for (const before of [false, true]) await raceSignalCallback(configuration, before)
    },
  },
  // What follows from upstream's last case.
  {
    "wait implies that earlier callbacks are done"(configuration) {
      const { heap, thread, fence, end } = mock(configuration)
      const callback = fence.addCounter(0)
      fence.signal()
      expect(fence.waitSync()).toBe("signaled")
      expect(thread.engine.readCell(heap.cell(0))).toBe(1)
      if (callback !== "already-signaled") callback.remove()
      end()
    },
    "is_signaled may be true while callbacks still run"(configuration) {
      const { thread, fence, end } = mock(configuration)
      let seen: boolean | undefined
      fence.locked(() => {
        fence.signalLocked()
        seen = thread.engine.hasSignaled(fence.address) === 1
      })
      expect(seen, "true before the lock hold that completes it has ended").toBe(true)
      end()
    },
  },
)

/** Two threads: each leaves a fence for the other, signals its own, and hangs a callback on the other's. */
async function raceSignalCallback(configuration: Configuration, before: boolean): Promise<void> {
  const w = world({ ...configuration, fences: 1_024 })
  const workers = [0, 1].map(
    (me) =>
      new Worker(new URL("programs/race-signal-callback.mjs", import.meta.url), {
        workerData: { heap: w.heap.share(), me, before, ms: 50 },
      }),
  )
  const reports = await Promise.all(
    workers.map(async (worker) => {
      const exited = once(worker, "exit")
      const [report] = (await once(worker, "message")) as [{ passes: number; misses: number; failures: number }]
      await exited
      return report
    }),
  )
  const sum = (what: "passes" | "misses" | "failures") => reports.reduce((n, report) => n + report[what], 0)
  console.log(
    `race_signal_callback ${configuration.engine} ${configuration.flavour} ${configuration.fenceLock}, signal ${before ? "before" : "after"} the callback: ${sum("passes")} passes, ${sum("misses")} misses`,
  )
  expect(sum("failures"), "callbacks that had not run after the wait").toBe(0)
  expect(sum("passes") + sum("misses")).toBeGreaterThan(0)
  for (const cell of [0, 1]) w.thread.replaceAt(cell, undefined)?.drop()
  expect(w.heap.accounts().threads.inUse).toBe(1)
  w.thread.load(defineModule({ name: "racer", driverName: "racer" })).unload()
  w.close()
}
