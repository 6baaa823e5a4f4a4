/**
 * Who takes a thread for dead that is alive elsewhere can tell it nothing: each `Heap` object tells its own threads only. It notices
 * where it waits and where it leaves: its waits end with DETACHED, and the next tenant's seat stays his.
 */
import { Heap, type Thread } from "@outlive/core"
import { Mutex } from "@outlive/sync"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

const GONE = expect.objectContaining({ code: "DETACHED" })

describe.each(BUILDS)("$flavour, $engine", (build) => {
  /** One sits elsewhere, begins something, and is reclaimed; then somebody else has its seat, and a lock. */
  function evicted<T>(begin: (victim: Thread, mutex: Mutex) => T) {
    const { heap, thread } = world({ ...build, threads: 2, objects: 64 })
    const mutex = Mutex.create(thread)
    const held = mutex.lockSync()
    const victim = Heap.open(heap.share()).attach({ name: "victim" })
    const theirs = Mutex.open(victim, mutex.share())
    const begun = begin(victim, theirs)
    expect(thread.reclaim(heap.threads().find(({ name }) => name === "victim")!)).toBe(true)
    const tenant = heap.attach({ name: "tenant" })
    const another = Mutex.create(tenant)
    const guard = another.lockSync()
    return {
      victim,
      theirs,
      begun,
      /** Nothing of the tenant's has gone. */
      look() {
        expect(victim.isAttached).toBe(false)
        expect(heap.threads().map(({ name }) => name)).toEqual(["main", "tenant"])
        guard.unlock()
        another.drop()
        tenant.detach()
        expect(held.isHeld).toBe(true)
        expect(heap.check()).toEqual([])
      },
    }
  }

  test("who leaves leaves no other's seat", () => {
    const { victim, look } = evicted(() => {})
    victim.detach()
    look()
  })

  test("who would sleep is told", () => {
    const { theirs, look } = evicted(() => {})
    expect(() => theirs.lockSync()).toThrow(GONE)
    look()
  })

  test("promises end", async () => {
    const { begun, look } = evicted((_, mutex) => mutex.lock())
    await expect(begun).rejects.toEqual(GONE)
    look()
  })
})
