/** Walks over reservations without their locks. */
import { Reservation, Usage } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import {
  RESERVATIONS,
  type Reserved,
  type ReservedStage,
  addedCell,
  completedCell,
  openAll,
  readCell,
} from "./reserved.js"
import { hasRoom } from "../room.js"

export const reader = defineRole<Reserved>({
  name: "reader",
  claim:
    "A walk sees no empty slot (I14), and every fence that was added before it began and is pending after it has ended, or a later one of its context.",
  seen: ["walk", "walk began anew", "pending all along"],
  play(stage) {
    const reservations = openAll(stage)
    const own = Reservation.create(stage.thread)
    while (stage.running) {
      const r = stage.random.below(RESERVATIONS)
      const reservation = reservations[r]!
      const usage = stage.random.oneIn(3) ? (stage.random.below(4) as Usage) : Usage.Bookkeep
      walk(stage, reservation, r, usage)
      if (stage.random.oneIn(4)) own.locked(() => hasRoom(stage, () => own.copyFences(reservation)))
      if (stage.random.oneIn(4)) reservation.testSignaled(usage)
    }
    own.drop()
    for (const reservation of reservations) reservation.drop()
  },
})

function walk(stage: ReservedStage, reservation: Reservation, r: number, usage: Usage): void {
  const { contexts } = stage.tokens
  const before = contexts.map((_, writer) => readCell(stage, addedCell(writer, r)))
  const seen = contexts.map(() => 0)
  let steps = 0
  for (const step of reservation.fences(usage)) {
    stage.expect(step.usage <= usage, `A walk up to usage ${usage} came to a fence of usage ${step.usage}`)
    if (steps++ === 0) stage.expect(step.isRestarted, "The first step of a walk did not say that it begins")
    if (step.isRestarted) {
      seen.fill(0)
      if (steps > 1) stage.count("walk began anew")
    }
    const { context } = step.fence
    const writer = contexts.findIndex(({ of }) => of.includes(String(context)))
    if (writer < 0) stage.violate(`A walk came to a fence of context ${context}, which nobody added`)
    else seen[writer] = Math.max(seen[writer]!, Number(step.fence.seqno))
    if (stage.random.oneIn(8)) stage.sleep(0.05)
  }
  stage.count("walk")
  if (usage !== Usage.Bookkeep) return
  for (const [writer, newest] of before.entries()) {
    if (readCell(stage, completedCell(writer, r)) >= newest) continue
    stage.count("pending all along")
    stage.expect(seen[writer]! >= newest, `A walk missed fence ${newest} of writer ${writer}: it saw ${seen[writer]}`)
  }
}
