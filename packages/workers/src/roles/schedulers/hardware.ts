/** Serves a scheduler: takes jobs, and completes them in order. */
import { type Fence, FenceError, type Hardware, Scheduler } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { hasRoom } from "../room.js"
import { type Scheduled, gpu } from "./scheduled.js"

const ECANCELED = -125
/** Nothing takes so long here. */
const LONGEST_STOP_MS = 3_000

function startAnyway(scheduler: Scheduler): void {
  try {
    scheduler.start()
  } catch (error) {
    // Somebody is in the middle of offering jobs again: that one starts it.
    if (!(error instanceof FenceError) || error.code !== "EBUSY") throw error
  }
}

export const hardware = defineRole<Scheduled>({
  name: "hardware",
  claim: "A job runs when what it depends on is complete, and no more at a time than there are credits for.",
  seen: ["completed", "offered again"],
  play(stage) {
    const { random, thread, tokens, index } = stage
    const scheduler = Scheduler.open(thread, tokens.schedulers.find((mine) => mine.thread === index)!.token)
    const all = tokens.schedulers.map(({ token }) => Scheduler.open(thread, token))
    const ring = thread.load(gpu).timeline(`ring ${index}`)
    const busy: Fence[] = []
    const complete = () => {
      const fence = busy.shift()!
      if (random.oneIn(10)) fence.setError(-5)
      fence.signal()
      fence.drop()
      stage.count("completed")
    }
    const returned: Fence[] = []
    let inside = 0
    const device: Hardware = {
      run() {
        stage.expect(++inside === 1, "Two jobs are being offered to one hardware")
        const start = () => {
          const fence = ring.fence()
          returned.push(fence.addRef())
          busy.push(fence)
        }
        // Inside `run` nobody may wait for room, and those who still submit do not wait for the jobs of the dead.
        const isStarted = stage.isTimeJudged ? (start(), true) : hasRoom(stage, start)
        // Now and then the hardware is quicker than its scheduler.
        if (isStarted && random.oneIn(3)) complete()
        inside--
        return isStarted ? returned.at(-1) : undefined
      },
    }
    const giveBack = () => {
      for (const fence of returned.splice(0)) fence.drop()
    }
    const serveOne = (served = scheduler) => {
      const ran = served.runNext(device)
      giveBack()
      return ran
    }
    // Everything that the hardware has is given up, and offered again.
    const reset = () => {
      const isOver = scheduler.stop({ timeoutMs: stage.patienceMs(LONGEST_STOP_MS) }) === "stopped"
      stage.expect(isOver || !stage.isTimeJudged, "A stop is not over")
      ring.kill(ECANCELED)
      for (const fence of busy.splice(0)) fence.drop()
      const offered = scheduler.resubmit(device)
      giveBack()
      // Others may be at it, if this thread is to die: they cannot know whether it has.
      startAnyway(scheduler)
      stage.count(offered > 0 ? "offered again" : "reset for nothing")
    }
    const ownerOf = (other: Scheduler) => tokens.schedulers[all.indexOf(other)]!.thread
    scheduler.attend()
    while (stage.running) {
      if (random.oneIn(40)) reset()
      if (serveOne()) continue
      // Whoever has nothing to do helps: another's thread may have died.
      if (random.oneIn(3)) {
        const helped = stage.any(all)
        // It may have died between a stop and a start: nobody else would start it.
        if (stage.isDoomed(ownerOf(helped))) startAnyway(helped)
        helped.checkTimeout(device)
        if (serveOne(helped)) continue
      }
      if (busy.length > 0) complete()
      else stage.sleep(0.2)
    }
    while (busy.length > 0) complete()
    for (const handle of [scheduler, ...all]) handle.drop()
    ring.close()
  },
})
