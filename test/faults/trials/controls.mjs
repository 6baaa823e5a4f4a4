// Trials that end in every way there is, for the tests of trials.
import { setTimeout as pause } from "node:timers/promises"
import { Worker } from "node:worker_threads"

const WAYS = {
  clean: () => {},
  abort: () => process.abort(),
  exit: () => process.exit(3),
  object: () => ["two and two are five"],
  throw() {
    throw new Error("in the middle")
  },
  async "throw later"() {
    setTimeout(() => {
      throw new Error("thrown by a timer")
    }, 0)
    await pause(60_000)
  },
  async reject() {
    void Promise.reject(new Error("nobody listens"))
    await pause(60_000)
  },
  spin() {
    for (;;);
  },
  "wait for ever": () => pause(600_000),
  // It says that all is well, and leaves something behind that keeps the process alive.
  "leave a thread": () => void new Worker("setInterval(() => {}, 1_000)", { eval: true }),
  mistake() {
    throw new ReferenceError("nonsense is not defined")
  },
  async "mistake later"() {
    setTimeout(() => {
      throw new ReferenceError("nonsense is not defined")
    }, 0)
    await pause(60_000)
  },
}

export async function play({ way }) {
  return (await WAYS[way]()) ?? []
}
