/** One thread of a contended run: works for a fixed time, reports. */
import { parentPort, workerData } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { Line } from "./line.js"
import { measure } from "./measured.js"
import type { WorkerTask } from "./workload.js"
import { makeWork } from "./works.js"

const task = workerData as WorkerTask
const thread = Heap.open(task.heap).attach({ name: `contender-${task.index}` })
const line = new Line(task.threads, task.line)
const work = makeWork(task, thread, line)
const report = measure(work, line, task.ms)
work.close()
thread.detach()
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
parentPort!.postMessage(report)
