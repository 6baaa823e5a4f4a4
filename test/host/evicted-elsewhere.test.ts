/**
 * Who takes a thread for dead that is alive in another JavaScript thread can tell it nothing. It notices where it waits and where it
 * leaves: its waits end with DETACHED, and the next tenant's seat stays his.
 */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { layout } from "@outlive/core/engine-js"
import { Mutex } from "@outlive/sync"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

/** In a seat's doorbell. */
const LISTENS = 1

const ENDS = {
  "sleeping for a mutex": "DETACHED",
  "waiting for a mutex": "DETACHED",
  "waiting for a fence": "DETACHED",
  leaving: "no error",
} as const

describe.each(BUILDS)("$flavour, $engine", (build) => {
  test.each(Object.entries(ENDS))("%s", async (how, end) => {
    const { heap, thread, timeline } = world({ ...build, threads: 3, objects: 64 })
    const mutex = Mutex.create(thread)
    const fence = timeline.fence()
    using held = mutex.lockSync()
    const shared = { heap: heap.share(), mutex: mutex.share(), fence: fence.share() }
    const worker = new Worker(new URL("evictee.mjs", import.meta.url), { workerData: { build, shared, how } })
    const exit = once(worker, "exit")
    await once(worker, "message")
    const seat = () => heap.threads().find(({ name }) => name === "evictee")!
    const isAsleep = () => (Atomics.load(thread.words, (seat().id + layout.Thread.doorbell) >> 2) & LISTENS) !== 0
    if (end === "DETACHED") while (!isAsleep()) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(thread.reclaim(seat())).toBe(true)
    const tenant = heap.attach({ name: "tenant" })
    const theirs = Mutex.create(tenant).lockSync()
    if (end === "no error") worker.postMessage("")
    expect(await once(worker, "message")).toEqual([end])
    await exit
    expect(heap.threads().map(({ name }) => name)).toContain("tenant")
    theirs.unlock()
    tenant.detach()
    expect(held.isHeld).toBe(true)
    expect(heap.check()).toEqual([])
  })
})
