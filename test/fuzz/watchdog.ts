/**
 * Ends this process when its main thread makes no step for too long: a worker looks at a word that counts steps.
 * Before that it says where the main thread is, if that can be told (a loop can be looked into, a thread that sleeps in
 * `Atomics.wait` cannot).
 */
import { Worker } from "node:worker_threads"

const PROGRAM = `
const { workerData } = require("node:worker_threads")
const { writeSync } = require("node:fs")
const inspector = require("node:inspector")
const words = new Int32Array(workerData.shared)
let seen = Atomics.load(words, 0)
let since = performance.now()
let asked = false
function where(done) {
  try {
    const session = new inspector.Session()
    session.connectToMainThread()
    session.on("Debugger.paused", ({ params }) => {
      done(params.callFrames.slice(0, 12).map((f) => f.functionName + ":" + (f.location.lineNumber + 1)).join(" < "))
    })
    session.post("Debugger.enable")
    session.post("Debugger.pause")
  } catch (error) {
    done("unknown: " + error.message)
  }
}
function end(place) {
  writeSync(1, "HANG " + JSON.stringify({ steps: [...words], place }) + "\\n")
  process.kill(process.pid, "SIGKILL")
}
setInterval(() => {
  const now = Atomics.load(words, 0)
  if (now !== seen) [seen, since] = [now, performance.now()]
  else if (!asked && performance.now() - since > workerData.limitMs) {
    asked = true
    setTimeout(() => end("asleep"), 400)
    where(end)
  }
}, 50)
`

/** Word 0 counts steps; the others say whatever the caller wants to be told of a hang. */
export function watchdog(limitMs: number): Int32Array {
  const shared = new SharedArrayBuffer(16)
  const worker = new Worker(PROGRAM, { eval: true, workerData: { shared, limitMs } })
  worker.unref()
  return new Int32Array(shared)
}
