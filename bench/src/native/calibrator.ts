/** One of the threads that calibrate together, as those do that run our locks: each time that it is asked. */
import { parentPort, workerData } from "node:worker_threads"
import { calibrateAmong, warmUpCalibration } from "../calibrate.js"
import { Line } from "../contended/line.js"

const { threads, buffer } = workerData as { readonly threads: number; readonly buffer: SharedArrayBuffer }
const line = new Line(threads, buffer)
warmUpCalibration()
parentPort!.on("message", () => {
  line.startTogether()
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
  parentPort!.postMessage(calibrateAmong())
})
