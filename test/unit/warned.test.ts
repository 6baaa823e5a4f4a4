/** Who is told a warning is called in the middle of an operation: it cannot break that off, nor take the seat away under it. */
import { FenceArray, Reservation, Usage, merge } from "@outlive/core"
import { afterEach, describe, expect, test, vi } from "vitest"
import { BUILDS, world } from "./world.js"

describe.each(BUILDS)("who is told a warning, $engine $flavour", (build) => {
  const surfaced: unknown[] = []
  const report = globalThis as { reportError?: ((error: unknown) => void) | undefined }
  const before = report.reportError
  afterEach(() => {
    report.reportError = before
    surfaced.length = 0
  })

  function warned(onWarning: (w: ReturnType<typeof world>) => void) {
    report.reportError = (error) => void surfaced.push(error)
    const told = vi.fn()
    const w: ReturnType<typeof world> = world({
      ...build,
      onWarning: (warning) => {
        told(warning.kind)
        onWarning(w)
      },
    })
    return { ...w, told }
  }

  /** Adds a fence made of others to a reservation, which is warned of under its lock. */
  function provoke({ thread, timeline }: ReturnType<typeof world>): void {
    using member = timeline.fence()
    using array = FenceArray.create(thread, [member])
    using reservation = Reservation.create(thread)
    reservation.locked(() => {
      reservation.reserve(1)
      reservation.add(array, Usage.Write)
    })
    expect(reservation.testSignaled()).toBe(false)
    expect(reservation.locked(() => "free")).toBe("free")
    member.signal()
  }

  test("what it throws surfaces, and the operation goes on", () => {
    const w = warned(() => {
      throw new Error("not now")
    })
    provoke(w)
    expect(w.told).toHaveBeenCalledWith("container-reserved")
    expect(surfaced).toEqual([new Error("not now")])
    w.close()
  })

  test("it cannot detach the thread", () => {
    const w = warned(({ thread }) => thread.detach())
    provoke(w)
    expect(surfaced).toMatchObject([{ code: "HELD" }])
    expect(w.heap.check()).toEqual([])
    w.close()
  })

  test("another seat of the same JavaScript thread cannot clear up after it", () => {
    const w = warned(({ heap, thread }) => {
      using other = heap.attach({ name: "other" })
      other.reclaim(thread.record)
    })
    provoke(w)
    expect(surfaced).toMatchObject([{ code: "HELD" }])
    expect([w.heap.check(), w.thread.isAttached]).toEqual([[], true])
    w.close()
  })

  test("what is no thread of a heap is refused as that", () => {
    const w = world(build)
    const fence = w.timeline.fence()
    const forged = { told: () => 0, record: w.thread.record, isAttached: true } as unknown as typeof w.thread
    for (const use of [() => merge(forged, [fence]), () => Reservation.create(forged)])
      expect(use).toThrow("Cannot use an object as a thread")
    for (const dead of [1n, "x", { id: 1n, generation: 1 }, { id: w.thread.record + 384, generation: 1n }])
      expect(() => w.thread.reclaim(dead as unknown as number)).toThrow(/^Cannot (reclaim|use) /)
    fence.drop()
    w.close()
  })
})
