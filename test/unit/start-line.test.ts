/** A start line holds everybody until the last has come, can be crossed again, and lets all go when it is opened. */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { StartLine } from "@outlive/workers"
import { expect, test } from "vitest"

const WORKERS = import.meta.resolve("@outlive/workers")
const CROSSED = 4
const TWICE = `
  const { workerData } = require("node:worker_threads")
  import(${JSON.stringify(WORKERS)}).then(({ StartLine }) => {
    const words = new Int32Array(workerData)
    const line = new StartLine(2, words.subarray(0, StartLine.WORDS))
    for (let i = 0; i < 2; i++) {
      line.cross({ spins: i === 0 ? 0 : 1e9 })
      Atomics.add(words, ${CROSSED}, 1)
      Atomics.notify(words, ${CROSSED})
    }
  })`

function start() {
  const words = new Int32Array(new SharedArrayBuffer(32))
  const line = new StartLine(2, words.subarray(0, StartLine.WORDS))
  const worker = new Worker(TWICE, { eval: true, workerData: words.buffer })
  /** How often the other has crossed it, when that is no longer `before`. */
  const crossedAfter = (before: number) => {
    Atomics.wait(words, CROSSED, before)
    return Atomics.load(words, CROSSED)
  }
  return { words, line, worker, crossedAfter }
}

test.each([0, Infinity])("nobody crosses alone, and all cross again (spins: %d)", async (spins) => {
  const { words, line, worker, crossedAfter } = start()
  const exited = once(worker, "exit")
  await once(worker, "online")
  expect([line.isOpen, Atomics.load(words, CROSSED)]).toEqual([false, 0])
  line.cross({ spins })
  expect(crossedAfter(0)).toBe(1)
  expect(line.isOpen).toBe(true)
  line.cross({ spins })
  expect(crossedAfter(1)).toBe(2)
  await exited
})

test("when it is opened, nobody waits for those who will never come", async () => {
  const { line, worker, words } = start()
  const exited = once(worker, "exit")
  line.open()
  await exited
  expect(Atomics.load(words, CROSSED)).toBe(2)
})
