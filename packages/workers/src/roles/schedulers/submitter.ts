/** Submits jobs that depend on other threads' jobs, and waits until they have ended; some of its entities it closes before. */
import { Entity, type Fence, type Priority, Scheduler, type SubmittedJob } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import type { Stage } from "../../stage.js"
import { hasRoom } from "../room.js"
import { PLACES, type Scheduled, published } from "./scheduled.js"

/** Nothing takes so long here. */
const TIMEOUT_MS = 3_000
const LONGEST_QUEUE = 12
const MOST_WAITING = 24

export const jobSubmitter = defineRole<Scheduled>({
  name: "submitter",
  claim: "Every job ends, once, and is scheduled before; then its fences lead into no module.",
  seen: ["submitted", "signaled", "EIO", "ESRCH", "closed", "pushed", "refused"],
  play(stage) {
    const { random, thread, tokens } = stage
    const schedulers = tokens.schedulers.map(({ token }) => Scheduler.open(thread, token))
    const waiting: SubmittedJob[] = []
    const turn = () => {
      const entity = Entity.create(thread, schedulers, { priority: random.below(4) as Priority })
      for (let left = random.below(6); left > 0; left--) push(stage, waiting)
      const closes = random.oneIn(4)
      for (let left = 1 + random.below(LONGEST_QUEUE); left > 0; left--) waiting.push(submit(stage, entity))
      if (closes) {
        entity.close()
        stage.count("closed")
      }
      entity.drop()
      while (waiting.length > MOST_WAITING) awaitEnd(stage, waiting.shift()!)
    }
    while (stage.running) {
      if (stage.isTimeJudged) turn()
      // When all who serve have died, jobs stay, and what they stand in.
      else if (!hasRoom(stage, turn)) stage.dawdle()
    }
    while (waiting.length > 0) awaitEnd(stage, waiting.shift()!)
    for (const scheduler of schedulers) scheduler.drop()
  },
})

function submit(stage: Stage<Scheduled>, entity: Entity): SubmittedJob {
  const { random, thread, settings } = stage
  const dependencies: Fence[] = []
  for (let n = random.below(3); n > 0; n--) {
    const found = thread.openAt(random.below(settings.slots))
    if (found) dependencies.push(found)
  }
  const job = entity.submit({
    data: stage.index,
    dependencies,
    credits: 1 + random.below(2),
    dontPipeline: random.oneIn(4),
  })
  stage.count("submitted")
  for (const dependency of dependencies) dependency.drop()
  thread.replaceAt(random.below(settings.slots), job.finished.addRef())?.drop()
  if (random.oneIn(3)) job.finished.enableSignaling()
  return job
}

/** Pushes into an entity that another thread is moving or closing. */
function push(stage: Stage<Scheduled>, waiting: SubmittedJob[]): void {
  const { random, thread, tokens, heap } = stage
  try {
    const place = random.below(tokens.places.length / 2)
    const entity = Entity.open(thread, published(tokens.places, place, heap.identity))
    try {
      waiting.push(entity.submit({ data: stage.index }))
      stage.count("pushed")
      // Who made it may have died, and nobody else closes it: what is pushed there would stay, until the heap is full.
      if (stage.isDoomed(Math.floor(place / PLACES)) && random.oneIn(4)) entity.close()
    } finally {
      entity.drop()
    }
  } catch (error) {
    const code = (error as { code?: string }).code ?? String(error)
    if (code === "FULL") throw error
    stage.expect(code === "STALE" || code === "ENOENT", `A push was refused with ${code}`)
    stage.count(code === "ENOENT" ? "refused" : "nobody to push to")
  }
}

function awaitEnd(stage: Stage<Scheduled>, job: SubmittedJob): void {
  let outcome: string
  try {
    outcome = job.finished.waitSync({ timeoutMs: stage.isStopped ? 0 : stage.patienceMs(TIMEOUT_MS) })
  } catch (error) {
    outcome = (error as { code?: string }).code ?? String(error)
  }
  stage.count(outcome)
  stage.expect(outcome !== "timed-out" || stage.isStopped || !stage.isTimeJudged, "A job did not end")
  stage.expect(outcome === "timed-out" || job.scheduled.hasSignaled(), "A job is finished and was never scheduled")
  if (outcome !== "timed-out")
    for (const fence of [job.scheduled, job.finished]) {
      const names = `${fence.driverName()}, ${fence.timelineName()}`
      stage.expect(names === "detached-driver, signaled-timeline", `A fence of a job that is over is called ${names}`)
    }
  job.drop()
}
