/**
 * A thread dies in a function of its own that its mail made it call: by then the mail's records and references are back, those of
 * the functions too that are not called any more. Here it is reclaimed in the middle of that function, as after its death.
 */
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "../unit/world.js"

describe.each(BUILDS)("$flavour, $engine", (build) => {
  /** Two functions are due; the victim is reclaimed in the first, and nothing may be missing. */
  async function play(hang: (w: ReturnType<typeof stage>, body: () => void) => void) {
    const w = stage()
    let calls = 0
    const body = () => {
      calls++
      w.thread.reclaim(w.heap.threads().find(({ name }) => name === "victim")!)
    }
    hang(w, body)
    hang(w, body)
    w.fence.signal()
    w.fence.drop()
    w.thread.barrier()
    await expect.poll(() => calls).toBe(1)
    expect(w.victim.isAttached).toBe(false)
    expect(w.heap.check()).toEqual([])
    w.close()
    expect(calls).toBe(1)
  }

  function stage() {
    const w = world({ ...build, threads: 2 })
    return { ...w, fence: w.timeline.fence(), victim: w.heap.attach({ name: "victim" }) }
  }

  test("in a deferred function", () => play(({ victim }, body) => victim.defer(body)))

  test("in a callback on a fence", () =>
    play(({ victim, fence }, body) => {
      const theirs = victim.open(fence.share())
      theirs.addCallback(body)
      theirs.drop()
    }))
})
