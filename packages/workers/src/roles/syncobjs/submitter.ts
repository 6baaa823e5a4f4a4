/** The only one who adds points to its timeline; they complete in any order. */
import type { Fence } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { type Synced, gpu, openSyncobjs } from "./synced.js"

const MOST_PENDING = 8

export const submitter = defineRole<Synced>({
  name: "submitter",
  claim: "Points are put on top of what is there, and complete in any order.",
  seen: ["submitted"],
  play(stage) {
    const { random, index, thread, tokens } = stage
    const { timelines, drop } = openSyncobjs(stage)
    const timeline = timelines[tokens.timelines.findIndex((mine) => mine.thread === index)]!
    const ring = thread.load(gpu).timeline(`ring ${index}`)
    const pending: Fence[] = []
    const complete = () => {
      const [fence] = pending.splice(random.below(pending.length), 1) as [Fence]
      if (random.oneIn(10)) fence.setError(-5)
      fence.signal()
      fence.drop()
    }
    for (let point = 1n; stage.running; point += BigInt(1 + random.below(3))) {
      const fence = ring.fence()
      timeline.addPoint(point, fence)
      stage.count("submitted")
      pending.push(fence)
      while (pending.length > random.below(MOST_PENDING)) complete()
      if (random.oneIn(20)) stage.sleep(0.1)
    }
    while (pending.length > 0) complete()
    ring.close()
    drop()
  },
})
