/** Sends entities that others push into from one scheduler to another, closes them, and closes schedulers that nobody serves. */
import { Entity, Scheduler } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { hasRoom } from "../room.js"
import { PLACES, type Scheduled, publish } from "./scheduled.js"

const MOST_MOVES = 20

export const entityMover = defineRole<Scheduled>({
  name: "mover",
  claim: "What is pushed into an entity that moves, or is closed, is refused or ends.",
  seen: ["moved", "closed for all"],
  play(stage) {
    const { random, thread, tokens, index } = stage
    const schedulers = tokens.schedulers.map(({ token }) => Scheduler.open(thread, token))
    const turn = () => {
      const moving = Entity.create(thread, schedulers)
      const unserved = Scheduler.create(thread)
      const closing = unserved.entity()
      for (const [place, entity] of [moving, closing].entries())
        publish(tokens.places, PLACES * index + place, entity.share())
      for (let left = random.below(MOST_MOVES); left > 0; left--) {
        moving.modifySchedulers(random.oneIn(2) ? schedulers : [stage.any(schedulers)])
        stage.count("moved")
        stage.pause()
      }
      if (random.oneIn(2)) moving.close()
      unserved.close()
      stage.expect(unserved.isClosed, "A closed scheduler does not say so")
      for (const handle of [moving, closing, unserved]) handle.drop()
      stage.count("closed for all")
    }
    while (stage.running) {
      if (stage.isTimeJudged) turn()
      // When all who serve have died, jobs stay, and what they stand in.
      else if (!hasRoom(stage, turn)) stage.dawdle()
    }
    for (const scheduler of schedulers) scheduler.drop()
  },
})
