/** "dma-buf-resv", the kernel's suite for reservations: upstream's cases, by upstream's names, each for every usage. */
import { type Fence, Reservation, Usage } from "@outlive/core"
import { expect } from "vitest"
import { world } from "../unit/world.js"
import { type Configuration, suite } from "./suite.js"

const USAGES = [
  ["kernel", Usage.Kernel],
  ["write", Usage.Write],
  ["read", Usage.Read],
  ["bookkeep", Usage.Bookkeep],
] as const

/** A reservation with one slot reserved, locked, and a fence. */
function reserved(configuration: Configuration) {
  const w = world(configuration)
  const reservation = Reservation.create(w.thread)
  const fence = w.timeline.fence()
  reservation.lock()
  reservation.reserve(1)
  return {
    ...w,
    reservation,
    fence,
    end() {
      fence.signal()
      fence.drop()
      if (reservation.isLocked) reservation.unlock()
      reservation.drop()
      w.close()
      expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 } })
    },
  }
}

type Body = (usage: Usage, configuration: Configuration) => void

/** A case for each usage, named as the kernel's runner names them. */
function forEachUsage(name: string, body: Body) {
  return Object.fromEntries(
    USAGES.map(([word, usage]) => [`${name} (${word})`, (configuration: Configuration) => body(usage, configuration)]),
  )
}

suite(
  { name: "dma-resv", upstream: 20 },
  {
    ...forEachUsage("sanitycheck", (_usage, configuration) => {
      const { reservation, fence, end } = reserved(configuration)
      expect(reservation.isLocked).toBe(true)
      expect(fence.signal()).toBe(true)
      reservation.unlock()
      expect([reservation.isLocked, reservation.testSignaled()]).toEqual([false, true])
      end()
    }),
    ...forEachUsage("signaling", (usage, configuration) => {
      const { reservation, fence, end } = reserved(configuration)
      reservation.add(fence, usage)
      expect(reservation.testSignaled(usage)).toBe(false)
      fence.signal()
      expect(reservation.testSignaled(usage)).toBe(true)
      end()
    }),
    ...forEachUsage("for_each", (usage, configuration) => {
      const { reservation, fence, end } = reserved(configuration)
      reservation.add(fence, usage)
      const seen = [...reservation.fencesLocked(usage)].map((step) => ({ ...step, fence: undefined }))
      expect(seen).toEqual([{ fence: undefined, usage, isRestarted: true }])
      for (const step of reservation.fencesLocked(usage)) expect(step.fence.address).toBe(fence.address)
      end()
    }),
    // Upstream breaks the cursor to make the walk begin anew; here the list really becomes another.
    ...forEachUsage("for_each_unlocked", (usage, configuration) => {
      const { reservation, fence, end } = reserved(configuration)
      reservation.add(fence, usage)
      reservation.unlock()
      const hits: [Fence["address"], Usage, boolean][] = []
      for (const step of reservation.fences(usage)) {
        hits.push([step.fence.address, step.usage, step.isRestarted])
        if (hits.length === 1) reservation.locked(() => reservation.reserve(20))
      }
      expect(hits).toEqual([
        [fence.address, usage, true],
        [fence.address, usage, true],
      ])
      end()
    }),
    ...forEachUsage("get_fences", (usage, configuration) => {
      const { reservation, fence, end } = reserved(configuration)
      reservation.add(fence, usage)
      reservation.unlock()
      const found = reservation.getFences(usage)
      expect(found.map((f) => f.address)).toEqual([fence.address])
      for (const handle of found) handle.drop()
      end()
    }),
  },
  {
    /** Pending iff the fence's usage is not above the one that is asked about; upstream asks about the same only. */
    "every usage, asked about with every usage"(configuration) {
      for (const [, usage] of USAGES)
        for (const [, query] of USAGES) {
          const { reservation, fence, end } = reserved(configuration)
          reservation.add(fence, usage)
          reservation.unlock()
          const pending = usage <= query
          const found = reservation.getFences(query)
          using singleton = reservation.getSingleton(query)
          reservation.lock()
          const locked = [...reservation.fencesLocked(query)]
          reservation.unlock()
          expect({
            usage,
            query,
            signaled: reservation.testSignaled(query),
            wait: reservation.waitSync(query, { timeoutMs: 0 }),
            unlocked: [...reservation.fences(query)].length,
            locked: locked.length,
            found: found.length,
            singleton: singleton?.address,
          }).toEqual({
            usage,
            query,
            signaled: !pending,
            wait: pending ? "timed-out" : "signaled",
            unlocked: pending ? 1 : 0,
            locked: pending ? 1 : 0,
            found: pending ? 1 : 0,
            singleton: pending ? fence.address : undefined,
          })
          for (const handle of found) handle.drop()
          singleton?.drop()
          fence.signal()
          expect(reservation.testSignaled(query)).toBe(true)
          end()
        }
    },
  },
)
