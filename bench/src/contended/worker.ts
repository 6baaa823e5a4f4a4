/** One thread of a contended run: warms up, waits at the start line, takes its turns for a fixed time, reports. */
import { parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { dealt, findProgram } from "@outlive/programs"
import { Ledger, engineWith, foreignWord, placeOn } from "@outlive/workers"
import { Line } from "./line.js"
import { measure } from "./measured.js"
import { paceOf } from "./pace.js"
import { SectionWork } from "./section.js"
import { Sleeps } from "./sleeps.js"
import type { SectionLoad, WorkerReport, WorkerTask } from "./workload.js"

/** Which turns are timed: the same in all arms. */
const SEED = 1

const task = workerData as WorkerTask
const { index, state, timeline } = task
const program = await findProgram(task.program)
const part = dealt(program, task.threads)[index]!
const sleeps = new Sleeps()
const heap = Heap.open(task.heap)
const thread = heap.attach({ name: `contender-${index}` })
const engine = await engineWith(task.foreign, thread, foreignWord(heap))
const place = placeOn({ heap, thread, timeline, index, engine })
const account = new Ledger(0, task.ledger).accountOf(index)
const line = new Line(task.threads, task.line)
// Whoever spins at the line is in nobody's way: some schemes want to be told.
const rest = () => thread.engine.offline(thread.record)
const report = task.load ? lockAlone(task.load) : played()
thread.detach()
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
parentPort!.postMessage(report)

function played(): WorkerReport {
  const pace = paceOf(program, part)
  const turn = part.play(place, state)
  let sum = 0
  const measured = measure({ ...pace, once: () => void (sum += turn() ?? 0), rest }, line, task.ms)
  const turns = measured.warmedUp + measured.operations
  part.end?.(place, state, turns)
  account.close(turns, sum)
  return measured
}

function lockAlone(load: SectionLoad): WorkerReport {
  const work = new SectionWork(place, load, SEED, sleeps, rest)
  const measured = measure(work, line, task.ms)
  const turns = measured.warmedUp + measured.operations
  account.close(turns, turns)
  return { ...measured, holds: work.holds() }
}
