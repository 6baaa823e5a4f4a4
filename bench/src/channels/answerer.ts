/** The other thread: sends until it is to stop, or sends back what it was sent. */
import { parentPort, workerData } from "node:worker_threads"
import { endOf } from "./ends.js"
import { READY, STOP, type Shared } from "./ways.js"

const shared = workerData as Shared
const words = new Int32Array(shared.words)
const end = await endOf(shared, 1)
const isOver = () => Atomics.load(words, STOP) !== 0
Atomics.store(words, READY, 1)
Atomics.notify(words, READY)

if (shared.task === "stream") for (let number = 0; !isOver(); number++) end.send(number)
else
  while (!isOver()) {
    const received = end.receive()
    end.send(typeof received === "number" ? received : await received)
  }
parentPort!.close()
