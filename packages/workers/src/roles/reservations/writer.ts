/** Adds fences to several reservations at a time, replaces them, completes them in order. */
import { AcquireContext, type Fence, Usage } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { hasRoom } from "../room.js"
import { type Reserved, addedCell, completedCell, mock, openAll, someOf, timelineName, writeCell } from "./reserved.js"

const MOST_PENDING = 20

export const writer = defineRole<Reserved>({
  name: "writer",
  claim: "Fences are added to reservations that a thread holds, one after the other, and completed in order.",
  seen: ["added"],
  play(stage) {
    const { thread, random, index } = stage
    const me = stage.tokens.contexts.findIndex((contexts) => contexts.thread === index)
    const reservations = openAll(stage)
    const timelines = reservations.map((_, r) => thread.load(mock).timeline(timelineName(index, r)))
    const pending: Fence[][] = reservations.map(() => [])
    const complete = (r: number) => {
      const fence = pending[r]!.shift()!
      // First it is said, then done: whoever finds it not said knows that it was pending.
      writeCell(stage, completedCell(me, r), Number(fence.seqno))
      fence.signal()
      fence.drop()
    }
    while (stage.running) {
      const context = AcquireContext.begin(thread)
      const chosen = someOf(stage)
      stage.count("back-off", context.lockAll(chosen.map((r) => reservations[r]!)))
      for (const r of chosen) {
        const reservation = reservations[r]!
        if (!hasRoom(stage, () => reservation.reserve(1 + random.below(3)))) continue
        const fence = timelines[r]!.fence()
        // One more; seldom, in the place of all earlier ones: complete slots come to life again by that, and the list grows.
        if (random.oneIn(50) && pending[r]!.length > 0) {
          reservation.replace(fence.context, fence, random.below(4) as Usage)
          reservation.add(fence, Usage.Kernel)
        } else reservation.add(fence, random.below(4) as Usage)
        writeCell(stage, addedCell(me, r), Number(fence.seqno))
        pending[r]!.push(fence)
        stage.count("added")
      }
      context.unlockAll()
      context.end()
      for (const r of chosen) while (pending[r]!.length > random.below(MOST_PENDING)) complete(r)
    }
    for (const [r, fences] of pending.entries()) while (fences.length > 0) complete(r)
    for (const timeline of timelines) timeline.close()
    for (const reservation of reservations) reservation.drop()
  },
})
