/** Sleeps on the same lock, and lives. */
import { defineRole } from "../../scenario.js"
import { type Asleep, FLAG, raise, sleepOnLock } from "./asleep.js"

export const other = defineRole<Asleep>({
  name: "other",
  claim: "Whoever sleeps on a lock that was given back to a thread that died gets it in its place.",
  seen: ["got it"],
  play(stage) {
    const flags = new Int32Array(stage.tokens.flags)
    Atomics.wait(flags, FLAG.otherMaySleep, 0)
    if (!stage.running) return
    sleepOnLock(stage, {
      sleeping: () => raise(flags, FLAG.otherSleeps),
      woken() {},
      got() {
        raise(flags, FLAG.otherGotIt)
        stage.count("got it")
      },
    })
  },
})
