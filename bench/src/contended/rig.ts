/** A lock, how many threads want it, how long they keep it, and what they do in between. */
import { availableParallelism } from "node:os"
import { FEW_CORES_NOTE } from "../samples.js"
import type { Rig } from "../experiments/rig.js"

export const locks = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    lock: { title: "lock", usual: ["spin-or-sleep"] },
    threads: { title: "threads", usual: [Math.min(8, availableParallelism())], between: [1, 64] },
    section: { title: "section", usual: [0], between: [0, 10_000_000] },
    outside: { title: "outside", usual: [0], between: [0, 10_000_000] },
    rate: { title: "turns due a second", usual: [0], between: [0, 10_000_000] },
  },
  compares: "lock",
  along: "threads",
  metrics: [
    { name: "perSecond", title: "throughput", unit: "1/s", better: "more" },
    { name: "perCpuSecond", title: "work per CPU-second", unit: "1/s", better: "more" },
    { name: "p50", title: "acquire p50 of the worst thread", unit: "ns", better: "less" },
    { name: "p99", title: "p99", unit: "ns", better: "less" },
    { name: "p999", title: "p99.9", unit: "ns", better: "less" },
    { name: "max", title: "longest timed wait", unit: "ns", better: "less" },
    { name: "longestGap", title: "longest gap", unit: "ns", better: "less" },
    { name: "jain", title: "Jain's index", unit: "", better: "more" },
    { name: "fairness", title: "least ÷ most work of a thread", unit: "", better: "more" },
    { name: "mostInARow", title: "most acquisitions in a row", unit: "", better: "less" },
    { name: "parks", title: "parks per 1,000", unit: "" },
    { name: "wakes", title: "wakes per 1,000", unit: "" },
    { name: "cpus", title: "processors used", unit: "" },
    { name: "overlap", title: "threads at it together", unit: "" },
    { name: "preempted", title: "times a second that the system took a processor away", unit: "1/s" },
  ],
  watches: "fairness",
  columns: {
    perSecond: "per s",
    perCpuSecond: "per CPU-s",
    p50: "p50 ns",
    p99: "p99 ns",
    p999: "p99.9 ns",
    max: "longest ns",
    longestGap: "gap ns",
    jain: "Jain",
    mostInARow: "in a row",
    parks: "parks ‰",
    wakes: "wakes ‰",
    cpus: "CPUs",
  },
  notes: [
    "Section and outside: rounds of a dependent loop under the lock and between, one to two nanoseconds each.",
    "Acquire latency, closed loop: of one acquisition in 16 on average, at random distances, and of every one from 400 rounds on; two looks at the clock are in it.",
    "Turns due a second of each thread: an open loop, every turn timed from when it was due; 0 is the closed loop. A lock that does not keep up is later and later, and the thread spins on the clock where it does: work per CPU-second means nothing there.",
    "Longest gap: between two looks at the clock, up to 31 acquisitions: no wait was longer, of the untimed ones either.",
    "Jain's index: 1 when all threads did as much, 1 ÷ threads when one did everything.",
    "Least ÷ most work of a thread is compared as well, and told of where it differs: a thread that starves may not show in the throughput.",
    "Bytes that each lock takes, and each thread for it: `outlive strategies`.",
    FEW_CORES_NOTE,
  ],
  async argsOf({ lock, threads, section, outside, rate }, tools, ms) {
    const numbers = { threads, section, outside, rate, ms }
    return [
      "--program",
      "counter",
      ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ...(await tools.lock(String(lock))),
    ]
  },
} as const satisfies Rig
