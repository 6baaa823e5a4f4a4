/** Waits for points that are there, or soon will be, and for whatever is in places: asleep, or as a promise. */
import { FenceError, Syncobj, type SyncobjPoint, type SyncobjWaitOptions } from "@outlive/core"
import { defineRole } from "../../scenario.js"
import { type Synced, type SyncedStage, openSyncobjs } from "./synced.js"

/** Nothing takes so long here: a wait that lasts until its time is up was not woken. */
const TIMEOUT_MS = 3_000
const FURTHEST_AHEAD = 6

export const syncobjWaiter = defineRole<Synced>({
  name: "waiter",
  claim: "Every wait for a point or a place ends when it should, and not before.",
  seen: ["slept", "awaited"],
  async play(stage) {
    const { timelines, places, drop } = openSyncobjs(stage)
    const last = timelines.map(() => 0n)
    while (stage.running) {
      if (stage.random.oneIn(4)) await waitForPlaces(stage, places)
      else await waitForPoint(stage, timelines, last)
    }
    drop()
  },
})

async function waitForPoint(stage: SyncedStage, timelines: readonly Syncobj[], last: bigint[]): Promise<void> {
  const { random } = stage
  const which = random.below(timelines.length)
  const syncobj = timelines[which]!
  const wanted = syncobj.query({ lastSubmitted: true }) + BigInt(random.below(2 * FURTHEST_AHEAD) - FURTHEST_AHEAD)
  const point = wanted > 1n ? wanted : 1n
  const available = random.oneIn(4)
  if (!(await isOver(stage, [{ syncobj, point }], { forSubmit: true, available }))) return
  const complete = syncobj.query()
  stage.expect(
    available || complete >= point,
    `Point ${point} was awaited, and the last that is complete is ${complete}`,
  )
  stage.expect(complete >= last[which]!, `The last point that is complete was ${last[which]}, and is ${complete}`)
  last[which] = complete
  if (available)
    stage.expect(syncobj.query({ lastSubmitted: true }) >= point, `Point ${point} is available, and not submitted`)
}

/** All places or any, whatever is in them by turns. */
async function waitForPlaces(stage: SyncedStage, places: readonly Syncobj[]): Promise<void> {
  const points = places.map((syncobj) => ({ syncobj }))
  const { random } = stage
  await isOver(stage, points, { forSubmit: true, all: random.oneIn(2), available: random.oneIn(3) })
}

/** Whether a wait came to its end; it may give up when the race is over. */
async function isOver(
  stage: SyncedStage,
  points: readonly SyncobjPoint[],
  options: SyncobjWaitOptions,
): Promise<boolean> {
  const asPromise = stage.random.oneIn(3)
  const what = `A wait${asPromise ? " as a promise" : ""} for ${points.map(inWords).join(", ")}`
  const start = performance.now()
  const timeoutMs = stage.patienceMs(TIMEOUT_MS)
  try {
    if (asPromise) await Syncobj.wait(points, { ...options, timeoutMs })
    else Syncobj.waitSync(points, { ...options, timeoutMs })
  } catch (error) {
    if (!(error instanceof FenceError) || error.code !== "ETIME") throw error
    stage.expect(stage.isEnding || !stage.isTimeJudged, `${what} did not end`)
    return false
  }
  stage.count(asPromise ? "awaited" : "slept")
  const ms = performance.now() - start
  stage.expect(ms < TIMEOUT_MS || !stage.isTimeJudged, `${what} ended after ${Math.round(ms)} ms: it was not woken`)
  return true
}

function inWords({ point }: SyncobjPoint): string {
  return point === undefined ? "a place" : `point ${point}`
}
