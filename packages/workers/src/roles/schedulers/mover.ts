/**
 * Sends entities that others push into from one scheduler to another, closes them, and closes schedulers that nobody serves: of each
 * mode, and some in a module that goes after them.
 */
import { Entity, type Module, ModuleError, Scheduler } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { hasRoom } from "../room.js"
import { loadIfRoom } from "../fences/issuers.js"
import type { Stage } from "../../stage.js"
import { PLACES, type Scheduled, publish, ring } from "./scheduled.js"

const MOST_MOVES = 20

export const entityMover = defineRole<Scheduled>({
  name: "mover",
  claim:
    "What is pushed into an entity that moves, or is closed, is refused or ends; a scheduler's module goes after all its jobs.",
  seen: ["moved", "closed for all", "unloaded", "IN_USE"],
  play(stage) {
    const { random, thread, tokens, index } = stage
    const schedulers = tokens.schedulers.map(({ token }) => Scheduler.open(thread, token))
    const turn = () => {
      const moving = Entity.create(thread, schedulers)
      const home = random.oneIn(2) ? loadIfRoom(stage, ring) : undefined
      const unserved = schedulerIn(stage, home)
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
      if (home && random.oneIn(2)) unload(stage, home)
      for (const handle of [moving, closing, unserved]) handle.drop()
      stage.count("closed for all")
      if (home) unload(stage, home)
    }
    while (stage.running) {
      if (stage.isTimeJudged) turn()
      // When all who serve have died, jobs stay, and what they stand in.
      else if (!hasRoom(stage, turn)) stage.dawdle()
    }
    for (const scheduler of schedulers) scheduler.drop()
  },
})

/** A scheduler of any mode; in no module if its module has just gone. */
function schedulerIn(stage: Stage<Scheduled>, module: Module | undefined): Scheduler {
  const { random, thread } = stage
  const parent = random.oneIn(2) ? "kept" : "dropped"
  if (module === undefined) return Scheduler.create(thread, { parent })
  try {
    return Scheduler.create(thread, { parent, module })
  } catch (error) {
    if (!(error instanceof ModuleError) || error.code !== "NOT_LIVE") throw error
    stage.count("gone before a scheduler came")
    return Scheduler.create(thread, { parent })
  }
}

/** Unloads a module in which others may have a scheduler, or hold a job of one. */
function unload(stage: Stage<Scheduled>, module: Module): void {
  const refusal = module.tryUnload()
  stage.count(refusal === undefined ? "unloaded" : refusal.code)
}
