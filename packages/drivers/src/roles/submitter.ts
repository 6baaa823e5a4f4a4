/** A process that has the driver open, gives it work, and leaves the fences of it where others find them. */
import { type Role, defineRole } from "@outlive/workers"
import type { Fence } from "@outlive/core"
import { type Bound, bindAll } from "../cast.js"
import { type Tokens, attemptOn, noteOn } from "../desk.js"
import type { FenceType } from "../fence-type.js"

const MOST_A_FILE = 12
const IDLE_MS = 0.1

export const submitterOf = (types: readonly FenceType[]): Role<Tokens> =>
  defineRole<Tokens>({
    name: "submitter",
    claim: "Work that is given to a driver ends.",
    seen: ["issued"],
    play(stage) {
      const { board, all } = bindAll(types, stage)
      const submit = ({ code, desk }: Bound) => {
        if (!desk.attempt("opens a driver", () => code.open())) return
        for (let left = 1 + stage.random.below(MOST_A_FILE); left > 0; left--) {
          let fence: Fence | undefined
          desk.attempt("gives work to a driver", () => void (fence = code.issue()))
          if (!fence) break
          desk.mark(fence)
          noteOn(stage, board, "issued")
          stage.pause()
          const before = stage.thread.replaceAt(stage.random.below(stage.settings.slots), fence)
          if (before) attemptOn(stage, board, "drops a fence", () => before.drop())
        }
        desk.attempt("closes a driver", () => code.close())
      }
      while (stage.running) {
        if (!board.isLettingGo && board.tryOpen(stage.index)) {
          submit(stage.any(all))
          board.close(stage.index)
        }
        stage.sleep(IDLE_MS)
      }
    },
  })
