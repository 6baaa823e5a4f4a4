/** The hardware: registers and time. It knows no fence and no heap. */
import { type Role, defineRole } from "@outlive/workers"
import { bindAll } from "../cast.js"
import type { Tokens } from "../desk.js"
import type { FenceType } from "../fence-type.js"

const IDLE_MS = 0.05

export const deviceOf = (types: readonly FenceType[]): Role<Tokens> =>
  defineRole<Tokens>({
    name: "device",
    claim: "What it is given it does, in its own time.",
    play(stage) {
      const { all, board } = bindAll(types, stage, "hardware")
      while (stage.running) {
        board.comeRound("hardware", stage.index)
        let isBusy = false
        for (const { type, desk } of all)
          isBusy = type.device({ registers: desk.words, random: stage.random }) || isBusy
        if (!isBusy || stage.random.oneIn(4)) stage.sleep(IDLE_MS)
      }
    },
  })
