/** Takes several reservations in any order. */
import { AcquireContext } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { RESERVATIONS, type Reserved, type ReservedStage, openAll, someOf } from "./reserved.js"

export const locker = defineRole<Reserved>({
  name: "locker",
  claim: "A reservation is one thread's at a time, and whoever takes several in any order gets them in the end.",
  seen: ["held"],
  play(stage) {
    const { random, thread } = stage
    const reservations = openAll(stage)
    while (stage.running) {
      if (random.oneIn(6)) {
        // One alone, outside any context.
        const r = random.below(RESERVATIONS)
        reservations[r]!.locked(() => occupy(stage, [r]))
        continue
      }
      const chosen = shuffled(stage, someOf(stage))
      const context = AcquireContext.begin(thread)
      stage.count("back-off", context.lockAll(chosen.map((r) => reservations[r]!)))
      occupy(stage, chosen)
      context.unlockAll()
      context.end()
    }
    for (const reservation of reservations) reservation.drop()
  },
})

function shuffled({ random }: ReservedStage, list: number[]): number[] {
  for (let i = list.length - 1; i > 0; i--) {
    const k = random.below(i + 1)
    ;[list[i], list[k]] = [list[k]!, list[i]!]
  }
  return list
}

/** Writes plainly what only the holder may write: whose it is, and how often it was held. */
function occupy(stage: ReservedStage, chosen: readonly number[]): void {
  const board = new Int32Array(stage.tokens.board)
  const me = stage.index + 1
  for (const r of chosen) {
    const found = board[2 * r]!
    const isFree = found === 0 || stage.isDoomed(found - 1)
    stage.expect(isFree, `Reservation ${r} is thread ${found}'s and thread ${me}'s at once`)
    board[2 * r] = me
  }
  if (stage.random.oneIn(4)) stage.sleep(0.05)
  for (const r of chosen) {
    stage.expect(board[2 * r] === me, `Reservation ${r} was taken from thread ${me} by thread ${board[2 * r]}`)
    board[2 * r] = 0
    board[2 * r + 1]!++
  }
  stage.count("held", chosen.length)
}
