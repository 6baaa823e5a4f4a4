/**
 * A program: messages from another thread, one after the other, or there and back.
 *
 *   node dist/channels/variant.js --way Channel --task stream --bytes 64 --ms 300
 */
import { parseArgs } from "node:util"
import { MessageChannel, Worker } from "node:worker_threads"
import { Heap } from "@outlive/core"
import { BYTES, Cell, Channel, FenceChannel } from "@outlive/sync"
import { oneOf, wholeFrom } from "@outlive/workers"
import { calibrate, warmUpCalibration } from "../calibrate.js"
import type { ChildReport } from "../child.js"
import { ownCpuMs } from "../load.js"
import { median } from "../statistics.js"
import { endOf, ringOf } from "./ends.js"
import { READY, STOP, type Shared, TASKS, WAYS, WINDOW, WORDS } from "./ways.js"

const { values } = parseArgs({
  options: {
    way: { type: "string", default: WAYS[0] },
    task: { type: "string", default: TASKS[0] },
    bytes: { type: "string", default: "64" },
    ms: { type: "string", default: "300" },
  },
})
const way = oneOf("way", values.way, WAYS)
const task = oneOf("task", values.task, TASKS)
const bytes = wholeFrom("bytes", Number(values.bytes), 4, 65_536)
const ms = wholeFrom("ms", Number(values.ms), 1, 600_000)
/** Of that many messages a sample is made: a look at the clock is nothing beside them. */
const BATCH = task === "stream" ? 500 : 50
const WARM_UP_SHARE = 0.3
const LEAST_SAMPLES = 10

const heap = Heap.create({ threads: 4, fences: 4_096, lists: 4 * Math.ceil((WINDOW * (bytes + 8)) / 40) + 1_024 })
const thread = heap.attach({ name: "maker" })
const made = [0, 1].map(() => {
  if (way === "Channel") return Channel.create(thread, { bytes: WINDOW * (bytes + 4) })
  if (way === "FenceChannel") return FenceChannel.create(thread, { fences: WINDOW })
  return Cell.create(thread, new Uint8Array(bytes).fill(255), { codec: BYTES })
})
const ports = new MessageChannel()
const shared: Shared = {
  way,
  task,
  bytes,
  words: new SharedArrayBuffer(4 * WORDS),
  heap: heap.share(),
  tokens: made.map((one) => one.share()),
  rings: way === "ringbuf.js" ? [await ringOf(bytes), await ringOf(bytes)] : [],
}
const words = new Int32Array(shared.words)
const worker = new Worker(new URL("./answerer.js", import.meta.url), {
  workerData: { ...shared, port: ports.port2 },
  transferList: [ports.port2],
})
const end = await endOf({ ...shared, port: ports.port1 }, 0)
Atomics.wait(words, READY, 0)
warmUpCalibration()
const before = calibrate()

let next = 0
async function batch(): Promise<void> {
  for (let i = 0; i < BATCH; i++) {
    if (task === "round trip") end.send(next)
    const received = end.receive()
    const number = typeof received === "number" ? received : await received
    if (number !== next) throw new Error(`Cannot measure ${way}: message ${next} is ${number}`)
    next++
  }
}

const samples: number[] = []
const start = performance.now()
for (let now = start; now - start < ms || samples.length < LEAST_SAMPLES;) {
  await batch()
  const later = performance.now()
  if (later - start > WARM_UP_SHARE * ms) samples.push((1e6 * (later - now)) / BATCH)
  now = later
}
const after = calibrate()
const ns = median(samples)
const report: ChildReport = {
  cpuMs: ownCpuMs(),
  overlap: 1,
  threads: 1,
  calibrationNs: Math.max(before, after),
  figures: { ns, perSecond: 1e9 / ns, samples: samples.length * BATCH },
}
Atomics.store(words, STOP, 1)
await worker.terminate()
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())
