/** Reservations do what a list of pairs would do: random sequences, and every entry compared after each step. */
import { type Fence, Reservation, Usage } from "@outlive/core"
import { describe, expect, test } from "vitest"
import { Random } from "@outlive/workers"
import { BUILDS, world } from "./world.js"

const SEEDS = [1, 2, 3]
const STEPS = 400
const CONTEXTS = 5
/** Fences in a block of the real list. */
const BLOCK = 12

type Entry = readonly [fence: Fence, usage: Usage]

/** What `dma_resv` comes to when nobody else is looking. */
class Model {
  entries: Entry[] = []
  max = 0
  #exists = false

  reserve(more: number): void {
    const need = this.entries.length + more
    if (this.#exists && need <= this.max) return
    this.entries = this.entries.filter(([fence]) => !fence.hasSignaled())
    this.max = Math.ceil(Math.max(need, 2 * this.max, 4) / BLOCK) * BLOCK
    this.#exists = true
  }

  /** False where a slot would have been needed. */
  add(fence: Fence, usage: Usage): boolean {
    const place = this.entries.findIndex(
      ([old, oldUsage]) =>
        old.hasSignaled() ||
        (old.context === fence.context && oldUsage >= usage && (old === fence || old.seqno < fence.seqno)),
    )
    if (place < 0 && this.entries.length >= this.max) return false
    this.entries[place < 0 ? this.entries.length : place] = [fence, usage]
    return true
  }

  replace(context: bigint, fence: Fence, usage: Usage): void {
    this.entries = this.entries.map((entry) => (entry[0].context === context ? [fence, usage] : entry))
  }

  copy(from: Model): void {
    const pending = from.entries.filter(([fence]) => !fence.hasSignaled())
    this.#exists = from.entries.length > 0
    this.entries = pending
    this.max = pending.length
  }

  unlock(isChecked: boolean): void {
    if (isChecked) this.max = this.entries.length
  }
}

const show = ([fence, usage]: Entry) => `${fence.context}:${fence.seqno} ${usage}`

describe.each(BUILDS)("$engine $flavour", (build) => {
  test.each(SEEDS)("seed %i", (seed) => {
    const random = new Random(seed)
    const w = world({ ...build, fences: 1_024, lists: 128, timelines: 16 })
    const timelines = Array.from({ length: CONTEXTS }, (_, i) => w.module.timeline(`context ${i}`))
    const pairs = [0, 1].map(() => ({ real: Reservation.create(w.thread), model: new Model() }))
    const fences: Fence[] = []
    const any = <T>(of: readonly T[]) => of[random.below(of.length)]!
    let refused = 0
    for (let step = 0; step < STEPS; step++) {
      const { real, model } = any(pairs)
      const usage = random.below(4) as Usage
      if (random.below(4) === 0 || fences.length === 0) {
        const timeline = any(timelines)
        fences.push(random.below(4) === 0 ? timeline.fence(BigInt(random.below(50))) : timeline.fence())
      }
      if (random.below(4) === 0) any(fences).signal()
      const fence = any(fences)
      real.locked(() => {
        switch (random.below(10)) {
          case 0: {
            real.replace(fence.context, fence, usage)
            model.replace(fence.context, fence, usage)
            break
          }
          case 1: {
            const other = any(pairs)
            real.copyFences(other.real)
            model.copy(other.model)
            break
          }
          case 2:
          case 3: {
            const more = 1 + random.below(30)
            real.reserve(more)
            model.reserve(more)
            break
          }
          default: {
            if (random.below(6) > 0) {
              real.reserve(1)
              model.reserve(1)
            }
            if (model.add(fence, usage)) real.add(fence, usage)
            else {
              refused++
              expect(() => real.add(fence, usage)).toThrow(expect.objectContaining({ code: "NOT_RESERVED" }) as Error)
            }
          }
        }
        const seen = Array.from(real.fencesLocked(), (entry) => show([entry.fence, entry.usage]))
        expect(seen, `step ${step}, seed ${seed}`).toEqual(model.entries.map(show))
      })
      model.unlock(build.flavour === "checked")
      const pending = model.entries.filter(([f, of]) => !f.hasSignaled() && of <= usage).map(show)
      const seen = Array.from(real.fences(usage), (entry) => show([entry.fence, entry.usage]))
      expect([seen, real.testSignaled(usage)], `step ${step}, seed ${seed}`).toEqual([pending, pending.length === 0])
    }
    expect(refused).toBeGreaterThan(0)
    for (const fence of fences) {
      fence.signal()
      fence.drop()
    }
    for (const { real } of pairs) real.drop()
    for (const timeline of timelines) timeline.close()
    w.close()
    expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, lists: { inUse: 0 } })
  })
})
