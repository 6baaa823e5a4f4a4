/** Puts fences in places, and takes them away. */
import { defineRole } from "../../scenario.js"
import { type Synced, gpu, openSyncobjs } from "./synced.js"

export const swapper = defineRole<Synced>({
  name: "swapper",
  claim:
    "Whoever waits for a place gets a fence that was there, whatever is put there by turns, and taken away at once.",
  seen: ["replaced", "pulsed"],
  play(stage) {
    const { random, thread } = stage
    const { places, drop } = openSyncobjs(stage)
    const ring = thread.load(gpu).timeline("swapper")
    while (stage.running) {
      const place = stage.any(places)
      const fence = ring.fence()
      place.replaceFence(fence)
      // In one of them nothing is ever found: it is handed over, or missed.
      if (place === places[0]) {
        place.reset()
        stage.count("pulsed")
      } else {
        stage.count("replaced")
        if (random.oneIn(2)) stage.sleep(0.05)
        if (random.oneIn(3)) place.reset()
      }
      fence.signal()
      fence.drop()
    }
    // Whoever still waits for something to be there gets it.
    for (const place of places) place.signal()
    ring.close()
    drop()
  },
})
