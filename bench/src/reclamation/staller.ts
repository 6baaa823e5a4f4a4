/** A reader that stays in the middle of an operation for a while, asleep, and again and again, until the run is over. */
import { workerData } from "node:worker_threads"
import { openLab } from "@outlive/core/engine-js"
import { Line } from "../contended/line.js"
import { HOST, STALL_ROOT, type StallTask } from "./task.js"

const task = workerData as StallTask
const engine = openLab(task.build, task.memory, HOST)
const seat = engine.seatAt(task.seat)
const line = new Line(task.threads, task.line)
const nowhere = new Int32Array(new SharedArrayBuffer(4))
while (!line.isOver()) {
  engine.holdCell(seat, engine.rootAt(STALL_ROOT))
  Atomics.wait(nowhere, 0, 0, task.stallMs)
  engine.letGo(seat)
  engine.offline(seat)
}
