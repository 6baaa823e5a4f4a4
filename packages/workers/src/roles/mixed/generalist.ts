/** Does whatever can be done in a heap, one thing after another, in any order. */
import { HeapError } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { type Shared, closeHome, openHome } from "./home.js"
import { onFences } from "./on-fences.js"
import { onJobs } from "./on-jobs.js"
import { onObjects } from "./on-objects.js"

const ACTIVITIES = Object.entries({ ...onFences, ...onObjects, ...onJobs })
/** So that promises settle, and mail is delivered. */
const TURNS_AT_ONCE = 10

export const generalist = defineRole<Shared>({
  name: "generalist",
  claim: "Each thing that is done beside all others answers what it may, and gives everything back.",
  seen: ACTIVITIES.map(([name]) => name),
  async play(stage) {
    const home = openHome(stage)
    for (let turn = 1; stage.running; turn++) {
      const [name, activity] = ACTIVITIES[stage.random.below(ACTIVITIES.length)]!
      stage.pause()
      try {
        await activity(home, stage)
        stage.count(name)
      } catch (error) {
        // What was freed comes back after a grace period, which a reader that is given no time holds up.
        if (!(error instanceof HeapError) || error.code !== "FULL") throw error
        stage.count(`${name}: full`)
        stage.dawdle()
      }
      if (turn % TURNS_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, 0))
    }
    closeHome(home)
  },
})
