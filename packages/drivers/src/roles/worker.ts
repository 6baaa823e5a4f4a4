/** A kernel thread: interrupts and works, which are the driver's code. */
import { type Role, defineRole } from "@outlive/workers"
import { bindAll } from "../cast.js"
import type { Tokens } from "../desk.js"
import type { FenceType } from "../fence-type.js"

const IDLE_MS = 0.05

export const workerOf = (types: readonly FenceType[]): Role<Tokens> =>
  defineRole<Tokens>({
    name: "worker",
    claim: "What is signaled is signaled once, and after what it says.",
    play(stage) {
      const { all, board } = bindAll(types, stage, "kernel")
      const desk0 = all[0]!.desk
      while (stage.running) {
        board.comeRound("kernel", stage.index)
        let isBusy = false
        for (const { code, desk } of all)
          desk.attempt("runs an interrupt or a work", () => {
            isBusy = code.work() || isBusy
          })
        desk0.attempt("runs a work", () => {
          isBusy = stage.thread.runWorks() > 0 || isBusy
        })
        stage.thread.deliver()
        stage.pause()
        if (!isBusy) stage.sleep(IDLE_MS)
      }
    },
  })
