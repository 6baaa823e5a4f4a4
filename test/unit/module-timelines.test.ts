/** A module's timelines come back while it stays: when nobody has them open, and no fence leads to them. */
import { ModuleError } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

describe.each(BUILDS)("$engine $flavour", (build) => {
  for (const lifetime of ["independent", "issuer-bound"] as const)
    for (const fenceLock of ["inline", "external"] as const)
      describe(`${lifetime}, ${fenceLock} locks`, () => {
        const stage = (options = {}) => world({ ...build, lifetime, fenceLock, timelines: 4, ...options })
        const inUse = ({ heap, thread }: ReturnType<typeof world>) => {
          thread.barrier()
          const { timelines, locks } = heap.accounts()
          return [timelines.inUse, locks.inUse]
        }
        const locks = fenceLock === "external" ? 1 : 0

        test("short-lived clients with timelines of their own, without end", () => {
          const w = stage()
          for (let client = 0; client < 300; client++) {
            const timeline = w.module.timeline(`client ${client}`)
            const fences = [timeline.fence(), timeline.fence()]
            if (client % 2 === 0) timeline.close()
            for (const fence of fences) {
              fence.signal()
              fence.drop()
            }
            if (client % 2 === 1) timeline.close()
          }
          expect(inUse(w)).toEqual([1, locks])
          w.close()
        })

        test("a pending fence keeps it, with its name; the last one lets it go", () => {
          const w = stage()
          const timeline = w.module.timeline("client")
          const fences = [timeline.fence(), timeline.fence()]
          timeline.close()
          expect(inUse(w)).toEqual([2, 2 * locks])
          expect(fences[0]!.timelineName()).toBe("client")
          for (const fence of fences) fence.signal()
          fences[0]!.drop()
          expect(inUse(w)[0]).toBe(2)
          fences[1]!.drop()
          expect(inUse(w)).toEqual([1, locks])
          w.close()
        })

        test("opened again before the last fence has gone it is the same one, and closed again it goes", () => {
          const w = stage()
          const first = w.module.timeline("client")
          const fence = first.fence()
          const { context } = first
          first.close()
          const again = w.module.timeline("client")
          expect(again.context).toBe(context)
          fence.signal()
          fence.drop()
          expect(inUse(w)[0]).toBe(2)
          again.close()
          again.close()
          expect(inUse(w)).toEqual([1, locks])
          const other = w.module.timeline("client")
          expect(other.context).not.toBe(context)
          other.close()
          w.close()
        })

        test("two that have it open: it goes with the second; who is refused has nothing open", () => {
          const w = stage()
          const [one, two] = [w.module.timeline("client"), w.module.timeline("client")]
          expect(() => w.module.timeline("client", { seqno64: true })).toThrow(ModuleError)
          one.close()
          expect(inUse(w)[0]).toBe(2)
          two.close()
          expect(inUse(w)).toEqual([1, locks])
          w.close()
        })
      })

  test("a fence that is complete and let go holds no timeline: who keeps it may keep it", () => {
    const w = world({ ...build, timelines: 4 })
    const kept = Array.from({ length: 20 }, (_, i) => {
      using timeline = w.module.timeline(`client ${i}`)
      const fence = timeline.fence()
      fence.signal()
      return fence
    })
    for (const fence of kept) fence.drop()
    w.close()
  })

  test("a module can go while fences of a closed timeline are held", () => {
    const w = world(build)
    const timeline = w.module.timeline("client")
    const fence = timeline.fence()
    timeline.close()
    fence.signal()
    w.timeline.close()
    w.module.unload()
    fence.drop()
    w.close()
  })
})
