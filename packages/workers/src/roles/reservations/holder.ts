/** Takes everything, and waits for its end. */
import { AcquireContext } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { type Reserved, openAll } from "./reserved.js"

const A_WHILE_MS = 100

export const holder = defineRole<Reserved>({
  name: "holder",
  claim: "Whoever sleeps on the lock of a thread that dies is woken, and goes on.",
  isMortal: true,
  /** Before the others come, so that it gets all of them. */
  prepare(stage) {
    AcquireContext.begin(stage.thread).lockAll(openAll(stage))
  },
  play(stage) {
    for (;;) {
      void stage.running
      stage.sleep(A_WHILE_MS)
    }
  },
})
