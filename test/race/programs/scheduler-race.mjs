// One thread of the race over schedulers: it serves one, or submits jobs that depend on other threads' jobs.
import { parentPort, threadId, workerData } from "node:worker_threads"
import { Entity, Heap, Scheduler, defineModule } from "@outlive/core"
import { objection } from "./objection.mjs"

const { role, index, seed, control, schedulers: tokens, slots, engineUrl, slow, places } = workerData
const STOP_SUBMITTING = 1
const STOP_SERVING = 2
/** So long nothing takes here. */
const STUCK_MS = 3_000

let state = seed + index * 7_919
const below = (n) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
  return (state >>> 8) % n
}
const slowAtomics = () => {
  const delayed = {}
  for (const name of ["load", "store", "add", "sub", "or", "exchange", "compareExchange"])
    delayed[name] = (...args) => {
      if (below(60) === 0) for (let i = below(600); i > 0; i--) state = (state + 1) | 0
      return Atomics[name](...args)
    }
  return { ...delayed, wait: Atomics.wait, notify: Atomics.notify }
}
const substitute = {
  ...(engineUrl ? { factory: (await import(engineUrl)).instantiate } : {}),
  ...(slow ? { atomics: slowAtomics() } : {}),
}
const heap = Heap.open(workerData.heap, { substitute })
const gpu = defineModule({ name: "gpu", driverName: "gpu" })
const thread = heap.attach({ name: `${role}-${index}`, modules: [gpu] })
const report = { counts: {}, violations: [] }
const count = (what) => (report.counts[what] = (report.counts[what] ?? 0) + 1)
const expect = (holds, message) => {
  if (!holds && report.violations.length < 5) report.violations.push(message)
}

Atomics.add(control, 2, 1)
try {
  if (role === "hardware") serve()
  else if (role === "mover") move()
  else await submit()
} catch (error) {
  report.violations.push(objection(error))
}
try {
  thread.detach()
} catch (error) {
  report.violations.push(objection(error))
}
parentPort.postMessage(report)

function serve() {
  const scheduler = Scheduler.open(thread, tokens[index])
  const ring = thread.load(gpu).timeline(`ring ${index}`)
  const busy = []
  const complete = () => {
    const fence = busy.shift()
    if (below(10) === 0) fence.setError(-5)
    fence.signal()
    fence.drop()
    count("completed")
  }
  const returned = []
  const hardware = {
    run: () => {
      expect(++inside === 1, "Two are inside run at once")
      const fence = ring.fence()
      returned.push(fence.addRef())
      busy.push(fence)
      // Now and then the hardware is quicker than its scheduler.
      if (below(3) === 0) complete()
      inside--
      return returned.at(-1)
    },
  }
  let inside = 0
  const giveBack = () => {
    for (const fence of returned.splice(0)) fence.drop()
  }
  const serveOne = () => {
    const ran = scheduler.runNext(hardware)
    giveBack()
    return ran
  }
  // A reset: everything that the hardware has is given up, and offered again.
  const reset = () => {
    expect(scheduler.stop({ timeoutMs: STUCK_MS }) === "stopped", "A stop is not over")
    ring.kill(-125)
    for (const fence of busy.splice(0)) fence.drop()
    const offered = scheduler.resubmit(hardware)
    giveBack()
    scheduler.start()
    count(offered > 0 ? "offered again" : "reset for nothing")
  }
  scheduler.attend()
  while (Atomics.load(control, 0) < STOP_SERVING) {
    if (below(40) === 0) reset()
    if (serveOne()) continue
    if (busy.length > 0) complete()
    else Atomics.wait(control, 1, 0, 0.2)
  }
  while (busy.length > 0) complete()
  scheduler.drop()
  ring.close()
}

/** Sends an entity that all share from one scheduler to the other, closes it, and closes schedulers that nobody serves. */
function move() {
  const schedulers = tokens.map((token) => Scheduler.open(thread, token))
  const publish = (place, { address, generation }) => {
    Atomics.store(places, 2 * place + 1, 0)
    Atomics.store(places, 2 * place, address)
    Atomics.store(places, 2 * place + 1, generation)
  }
  while (Atomics.load(control, 0) < STOP_SUBMITTING && report.violations.length === 0) {
    const entity = Entity.create(thread, schedulers)
    const unserved = Scheduler.create(thread)
    const there = unserved.entity()
    publish(0, entity.share())
    publish(1, there.share())
    for (let left = below(20); left > 0; left--) {
      entity.modifySchedulers(below(2) ? schedulers : [schedulers[below(2)]])
      count("moved")
      if (below(4) === 0) Atomics.wait(control, 1, 0, 0.2)
    }
    if (below(2)) entity.close()
    unserved.close()
    expect(unserved.isClosed, "A closed scheduler does not say so")
    for (const handle of [entity, there, unserved]) handle.drop()
    count("closed for all")
  }
  for (const scheduler of schedulers) scheduler.drop()
}

/** Pushes into an entity that another thread is moving or closing: refused, or a job that ends. */
function push(waiting) {
  const place = below(2)
  const [address, generation] = [Atomics.load(places, 2 * place), Atomics.load(places, 2 * place + 1)]
  try {
    const entity = Entity.open(thread, { kind: "outlive-entity", heap: heap.identity, address, generation })
    try {
      waiting.push(entity.submit({ data: index }))
      count("pushed")
    } finally {
      entity.drop()
    }
  } catch (error) {
    expect(["STALE", "ENOENT"].includes(error.code), `A push was refused with ${error.code}: ${error.message}`)
    count(`push: ${error.code}`)
  }
}

async function submit() {
  const schedulers = tokens.map((token) => Scheduler.open(thread, token))
  const waiting = []
  while (Atomics.load(control, 0) < STOP_SUBMITTING && report.violations.length === 0) {
    for (let left = below(6); left > 0; left--) push(waiting)
    const entity = Entity.create(thread, schedulers, { priority: below(4) })
    const closes = below(4) === 0
    for (let left = 1 + below(12); left > 0; left--) {
      const dependencies = []
      for (let n = below(3); n > 0; n--) {
        const found = thread.openAt(below(slots))
        if (found) dependencies.push(found)
      }
      const job = entity.submit({ data: index, dependencies, credits: 1 + below(2), dontPipeline: below(4) === 0 })
      count("submitted")
      for (const dependency of dependencies) dependency.drop()
      thread.replaceAt(below(slots), job.finished.addRef())?.drop()
      if (below(3) === 0) job.finished.enableSignaling()
      waiting.push(job)
    }
    if (closes) {
      entity.close()
      count("closed")
    }
    entity.drop()
    while (waiting.length > 24) end(waiting.shift())
  }
  while (waiting.length > 0) end(waiting.shift())
  for (const scheduler of schedulers) scheduler.drop()
}

function end(job) {
  let outcome
  try {
    outcome = job.finished.waitSync({ timeoutMs: report.violations.length > 0 ? 0 : STUCK_MS })
  } catch (error) {
    outcome = error.code
  }
  count(outcome)
  expect(outcome !== "timed-out", `A job of thread ${threadId} did not end`)
  expect(outcome === "timed-out" || job.scheduled.hasSignaled(), "A job is finished and was never scheduled")
  job.drop()
}
