/** One thread of a contended run: warms up, waits at the start line, takes its turns for a fixed time, reports. */
import { parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { dealt, findProgram } from "@outlive/programs"
import { Ledger, engineWith, foreignWord, placeOn } from "@outlive/workers"
import { Line } from "./line.js"
import { measure } from "./measured.js"
import { paceOf } from "./pace.js"
import type { WorkerTask } from "./workload.js"

const task = workerData as WorkerTask
const { index, state, timeline } = task
const program = await findProgram(task.program)
const part = dealt(program, task.threads)[index]!
const heap = Heap.open(task.heap)
const thread = heap.attach({ name: `contender-${index}` })
const engine = await engineWith(task.foreign, thread, foreignWord(heap))
const place = placeOn({ heap, thread, timeline, index, engine })
const account = new Ledger(0, task.ledger).accountOf(index)
const line = new Line(task.threads, task.line)
const pace = paceOf(program, part)
const turn = part.play(place, state)
let sum = 0
const report = measure(
  {
    ...pace,
    once: () => void (sum += turn() ?? 0),
    // Whoever spins at the line is in nobody's way: some schemes want to be told.
    rest: () => thread.engine.offline(thread.record),
  },
  line,
  task.ms,
)
const turns = pace.warmUp + report.operations
part.end?.(place, state, turns)
account.close(turns, sum)
thread.detach()
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
parentPort!.postMessage(report)
