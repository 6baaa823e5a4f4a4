/** From a signal to the waiter that knows of it. */
import { availableParallelism } from "node:os"
import type { Rig } from "../experiments/rig.js"
import { WAYS, type Way } from "./task.js"
import { MOST_THREADS, threadsFor } from "./threads.js"

export const wake = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    way: { title: "way", usual: WAYS, words: WAYS },
    waiters: { title: "waiters", usual: [1, 10, 100, 1_000], between: [1, 10_000] },
  },
  compares: "way",
  along: "waiters",
  metrics: [
    { name: "p50", title: "p50 of the worst thread", unit: "ns", better: "less" },
    { name: "p99", title: "p99", unit: "ns", better: "less" },
    { name: "p999", title: "p99.9", unit: "ns", better: "less" },
    { name: "max", title: "longest", unit: "ns", better: "less" },
    { name: "last", title: "until the last knows", unit: "ns", better: "less" },
    { name: "signalNs", title: "the signal itself", unit: "ns", better: "less" },
    { name: "slept", title: "sleeps per waiter's turn", unit: "" },
    { name: "samples", title: "samples", unit: "" },
    { name: "clockNs", title: "a look at the clock", unit: "ns" },
  ],
  columns: {
    p50: "p50 ns",
    p99: "p99 ns",
    p999: "p99.9 ns",
    max: "longest ns",
    last: "last knows",
    signalNs: "signal ns",
    slept: "sleeps",
    samples: "samples",
    clockNs: "clock ns",
  },
  notes: [
    "From just before signal() until the waiter runs; every waiter of every turn is recorded, with one look at the clock in it.",
    "Asynchronous: promises, dealt to as many threads as there are processors beside the signaler's. Sleeps of a thread whose promises wait are its event loop's, and not counted.",
    "Until the last knows: the median over turns of the latest waiter of each.",
  ],
  async argsOf({ way, waiters }, _, ms) {
    const [kind, count] = [way as Way, Number(waiters)]
    const spare = availableParallelism() - 1
    if (kind === "spinning" && count > spare)
      return {
        cannot: `each waiter that spins needs a processor for itself, and beside the signaler's there are ${spare}`,
      }
    if (threadsFor(kind, count) > MOST_THREADS)
      return {
        cannot: `each waiter that sleeps is a thread of its own, of eight megabytes, and ${MOST_THREADS} are started at most: of so many only asynchronous ones wait, many in a thread`,
      }
    return ["--way", kind, "--waiters", String(count), "--ms", String(ms)]
  },
} as const satisfies Rig
