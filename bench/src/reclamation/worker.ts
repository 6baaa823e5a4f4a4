/** One thread of a run over a structure: works for a fixed time, reports. */
import { parentPort, workerData } from "node:worker_threads"
import { openLab } from "@outlive/core/engine-js"
import { Random } from "@outlive/workers"
import { Line } from "../contended/line.js"
import { measure } from "../contended/measured.js"
import { HOST, type LabWorkerReport, type LabWorkerTask } from "./task.js"
import { oneOf, operationsOf } from "./works.js"

const task = workerData as LabWorkerTask
const engine = openLab(task.build, task.memory, HOST)
const seat = engine.seatAt(task.index)
let full = 0
const once = oneOf(operationsOf(engine, seat, task.structure), task, new Random(task.seed, task.index), () => full++)
const work = { warmUp: 2_000, batch: 64, keepsTime: true, once }
const report: LabWorkerReport = { ...measure(work, new Line(task.threads, task.line), task.ms), full }
engine.offline(seat)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
parentPort!.postMessage(report)
