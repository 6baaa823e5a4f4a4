// One thread of the race over syncobjs: it submits points, waits for them, moves them, or swaps what is in a place.
import { parentPort, workerData } from "node:worker_threads"
import { Heap, Syncobj, defineModule } from "@outlive/core"
import { objection } from "./objection.mjs"
import { doze, random, slowAtomics } from "./slow-atomics.mjs"

const { role, index, seed, control, timelines: timelineTokens, places: placeTokens, engineUrl, slow } = workerData
/** From 1 on nobody waits for anything new; from 2 on nobody submits. */
const phase = () => Atomics.load(control, 0)
/** So long nothing takes here; a wait that was not woken ends with what it finds then. */
const STUCK_MS = 3_000
const LATE_MS = 2_500
const MOST_PENDING = 8

const below = random(seed * 1_000 + index)
const substitute = {
  ...(engineUrl ? { factory: (await import(engineUrl)).instantiate } : {}),
  ...(slow ? { atomics: slowAtomics(below, 60) } : {}),
}
const heap = Heap.open(workerData.heap, { substitute })
const gpu = defineModule({ name: "gpu", driverName: "gpu" })
const thread = heap.attach({ name: `${role}-${index}`, modules: [gpu] })
const timelines = timelineTokens.map((token) => Syncobj.open(thread, token))
const places = placeTokens.map((token) => Syncobj.open(thread, token))
const report = { counts: {}, violations: [] }
const count = (what) => (report.counts[what] = (report.counts[what] ?? 0) + 1)
const expect = (holds, message) => {
  if (!holds && report.violations.length < 5) report.violations.push(message)
}
const any = (list) => list[below(list.length)]
const max = (a, b) => (a > b ? a : b)
const describe = (points) => points.map(({ point }) => (point === undefined ? "a place" : `point ${point}`)).join(", ")
const isFine = () => report.violations.length === 0

Atomics.add(control, 2, 1)
const ROLES = { submitter, swapper, waiter, mover }
try {
  await ROLES[role]()
  for (const syncobj of [...timelines, ...places]) syncobj.drop()
  thread.detach()
} catch (error) {
  report.violations.push(objection(error))
}
parentPort.postMessage(report)

/** The only one who adds points to its timeline; they complete in any order. */
async function submitter() {
  const ring = thread.load(gpu).timeline(`ring ${index}`)
  const pending = []
  const complete = () => {
    const [fence] = pending.splice(below(pending.length), 1)
    if (below(10) === 0) fence.setError(-5)
    fence.signal()
    fence.drop()
  }
  for (let point = 1n; phase() < 2 && isFine(); point += BigInt(1 + below(3))) {
    const fence = ring.fence()
    timelines[index].addPoint(point, fence)
    count("submitted")
    pending.push(fence)
    while (pending.length > below(MOST_PENDING)) complete()
    if (below(20) === 0) doze(0.1)
  }
  while (pending.length > 0) complete()
  ring.close()
}

/** Puts fences in places, and takes them away: who waits must get one all the same. */
async function swapper() {
  const ring = thread.load(gpu).timeline("swapper")
  while (phase() < 2 && isFine()) {
    const place = any(places)
    const fence = ring.fence()
    place.replaceFence(fence)
    count("replaced")
    if (below(2) === 0) doze(0.05)
    if (below(3) === 0) place.reset()
    fence.signal()
    fence.drop()
  }
  // Whoever still waits for something to be there gets it.
  for (const place of places) place.signal()
  ring.close()
}

async function waiter() {
  const last = timelines.map(() => 0n)
  while (phase() === 0 && isFine()) {
    if (below(4) === 0) await waitForPlaces()
    else await waitForPoint(below(timelines.length), last)
  }
}

/** A point that is there, or soon will be. */
async function waitForPoint(which, last) {
  const syncobj = timelines[which]
  const ahead = BigInt(below(12)) - 6n
  const point = max(1n, syncobj.query({ lastSubmitted: true }) + ahead)
  const available = below(4) === 0
  if (!(await waited([{ syncobj, point }], { forSubmit: true, available }))) return
  const complete = syncobj.query()
  expect(available || complete >= point, `Point ${point} was awaited, and the last that is complete is ${complete}`)
  expect(complete >= last[which], `The last point that is complete was ${last[which]}, and is ${complete}`)
  last[which] = complete
  if (available)
    expect(syncobj.query({ lastSubmitted: true }) >= point, `Point ${point} is available, and not submitted`)
}

/** All places or any, whatever is in them by turns. */
async function waitForPlaces() {
  const points = places.map((syncobj) => ({ syncobj }))
  await waited(points, { forSubmit: true, all: below(2) === 0, available: below(3) === 0 })
}

/** Whether a wait came to its end; it may give up when the race is over. */
async function waited(points, options) {
  const asPromise = below(3) === 0
  const start = performance.now()
  try {
    if (asPromise) await Syncobj.wait(points, { ...options, timeoutMs: STUCK_MS })
    else Syncobj.waitSync(points, { ...options, timeoutMs: STUCK_MS })
    count(asPromise ? "awaited" : "slept")
    const ms = performance.now() - start
    expect(
      ms < LATE_MS,
      `A wait${asPromise ? " as a promise" : ""} for ${describe(points)} ended after ${Math.round(ms)} ms`,
    )
    return true
  } catch (error) {
    if (error.code !== "ETIME") throw error
    expect(phase() > 0, `A wait${asPromise ? " as a promise" : ""} for ${describe(points)} did not end`)
    return false
  }
}

/** Takes what is in one and puts it into another: as fence, as sync file, as point. */
async function mover() {
  while (phase() < 2 && isFine()) {
    const [from, to] = [any(timelines), any(places)]
    try {
      const move = below(3)
      if (move === 0) to.transferFrom(from, { from: BigInt(below(4)) })
      else if (move === 1) to.transferFrom(from, { to: BigInt(1 + below(1_000)) })
      else {
        const file = any([...timelines, ...places]).exportSyncFile()
        to.importSyncFile(file)
        file.drop()
      }
      count("moved")
      const found = any(places).exportFence()
      found.hasSignaled()
      found.drop()
    } catch (error) {
      if (error.code !== "EINVAL") throw error
      count("nothing there")
    }
  }
}
