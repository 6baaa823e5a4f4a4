/** A thread dies while it discards a module, and is cleared up after so late that its module's text is another's, under the same tag. */
import { Heap, type Module, defineModule } from "@outlive/core"
import { layout } from "@outlive/core/engine-js"
import { stepwiseEngine } from "@outlive/core/stepwise"
import { expect, test } from "vitest"
import { dies, doomed, reclaim, seat } from "./dying.js"

const OTHER = defineModule({ name: "other", driverName: "other driver", ops: {} })
/** So many deaths after which the text is another's are looked at. */
const ENOUGH = 5
/** More than it takes for a tag to come back. */
const MOST_LOADS = 70

const build = { factory: stepwiseEngine, flavour: "checked" } as const

/** Its unload dies before step number `step`: whether it did, and another had the text that it had begun to give back. */
function play(step: number): { died: boolean; met: boolean } {
  const heap = Heap.create({
    engine: "js",
    flavour: build.flavour,
    lifetime: "issuer-bound",
    fences: 8,
    threads: 3,
    modules: 2,
    onWarning() {},
    substitute: { factory: build.factory },
  })
  const main = heap.attach({ name: "main", modules: [OTHER] })
  const mortal = seat(heap, build, "mortal")
  const module = mortal.thread.load(doomed)
  const textOf = ({ address }: Module) => heap.word(address + layout.Module.text)
  const text = textOf(module)
  if (!dies(mortal, step, () => void module.unload())) return { died: false, met: false }
  // In a section, or with a lock, it keeps everything from coming back.
  const { record } = mortal.thread
  const isBack = (heap.word((text & ~layout.Address.TagMask) + layout.Record.generation) & 1) === 0
  if (!isBack || heap.word(record + layout.Thread.epoch) !== 0 || main.engine.heldLock(record) !== 0)
    return { died: true, met: false }
  let other = main.load(OTHER)
  for (let loads = 1; loads < MOST_LOADS && textOf(other) !== text; loads++) {
    other.unload()
    main.barrier()
    other = main.load(OTHER)
  }
  const met = textOf(other) === text
  reclaim({ heap, main }, "mortal")
  const timeline = other.timeline("ring")
  const fence = timeline.fence()
  expect(fence.driverName(), `dead before step ${step}`).toBe("other driver")
  fence.signal()
  fence.drop()
  timeline.close()
  other.unload()
  main.barrier()
  return { died: true, met }
}

test("who clears up after it leaves the other's text alone", () => {
  let met = 0
  for (let step = 1, died = true; died && met < ENOUGH; step++) {
    const played = play(step)
    died = played.died
    if (played.met) met++
  }
  expect(met).toBeGreaterThan(0)
})
