/** Sleeps on a lock first, and once it is woken does nothing more: it is there to be terminated before it takes the lock. */
import { defineRole } from "../../scenario.js"
import { type Asleep, FLAG, raise, sleepOnLock } from "./asleep.js"

export const mortal = defineRole<Asleep>({
  name: "mortal",
  claim: "Giving a lock back wakes one of those who sleep on it.",
  isMortal: true,
  play(stage) {
    const flags = new Int32Array(stage.tokens.flags)
    const sleep = Atomics.wait
    sleepOnLock(stage, {
      sleeping: () => raise(flags, FLAG.mortalSleeps),
      woken() {
        raise(flags, FLAG.mortalWoken)
        sleep(flags, FLAG.never, 0)
      },
      got() {},
    })
  },
})
