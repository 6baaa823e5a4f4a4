/** Serves a scheduler: takes jobs, and completes them in order. */
import { type Fence, Scheduler } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { type Scheduled, gpu } from "./scheduled.js"

export const hardware = defineRole<Scheduled>({
  name: "hardware",
  claim: "A job runs when what it depends on is complete, and no more at a time than there are credits for.",
  seen: ["completed"],
  play(stage) {
    const { random, thread, tokens, index } = stage
    const scheduler = Scheduler.open(thread, tokens.schedulers.find((mine) => mine.thread === index)!.token)
    const ring = thread.load(gpu).timeline(`ring ${index}`)
    const busy: Fence[] = []
    const complete = () => {
      const fence = busy.shift()!
      if (random.oneIn(10)) fence.setError(-5)
      fence.signal()
      fence.drop()
      stage.count("completed")
    }
    const serveOne = () => {
      let returned: Fence | undefined
      const ran = scheduler.runNext({
        run() {
          const fence = ring.fence()
          returned = fence.addRef()
          busy.push(fence)
          // Now and then the hardware is quicker than its scheduler.
          if (random.oneIn(3)) complete()
          return returned
        },
      })
      returned?.drop()
      return ran
    }
    scheduler.attend()
    while (stage.running) {
      if (serveOne()) continue
      if (busy.length > 0) complete()
      else stage.sleep(0.2)
    }
    while (busy.length > 0) complete()
    scheduler.drop()
    ring.close()
  },
})
