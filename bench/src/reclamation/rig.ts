/** A structure under a reclamation scheme: speed, and what is kept meanwhile. */
import { availableParallelism } from "node:os"
import type { Rig } from "../experiments/rig.js"
import { LATENCIES, SPEED } from "../contended/experiment.js"
import { FULL, KEPT, PEAK } from "./experiment.js"
import { STRUCTURES, titleOf } from "./task.js"

export const reclamation = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    scheme: { title: "scheme", usual: ["epochs"] },
    structure: { title: "structure", usual: ["list"], words: STRUCTURES },
    size: { title: "size", usual: [1_000], between: [1, 6_000] },
    reads: { title: "reads", usual: [90], between: [0, 100] },
    stall: { title: "stall", usual: [0], between: [0, 600_000] },
    threads: { title: "threads", usual: [Math.min(8, availableParallelism())], between: [1, 64] },
  },
  compares: "scheme",
  along: "threads",
  metrics: [
    SPEED,
    PEAK,
    { name: "keptMean", title: "mean of garbage", unit: "nodes", better: "less" },
    { name: "full", title: "share that found no free node", unit: "", better: "less" },
    ...LATENCIES,
  ],
  watches: "keptPeak",
  columns: { perSecond: "per s", keptPeak: "kept: peak", keptMean: "mean", full: "full", p50: "p50 ns", p99: "p99 ns" },
  notes: [
    "The peak of garbage is compared as well, and told of where it differs: a scheme that keeps everything may be all the quicker for it.",
    "Garbage: retired nodes that were not given back, looked at each millisecond, of 15,000 in all. Full: operations that found no free node, and did nothing.",
    "Stall: a reader stays in the middle of an operation for so many milliseconds, again and again.",
  ],
  describe: ({ structure, size, reads, stall }) =>
    titleOf({ structure: String(structure), size: Number(size), reads: Number(reads), stallMs: Number(stall) }),
  series: KEPT,
  isTradeoff: true,
  idle: FULL,
  async argsOf({ scheme, size, ...rest }, tools, ms) {
    const values = { ...rest, keys: 2 * Number(size), ms }
    return [
      "--build",
      await tools.scheme(String(scheme)),
      ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ]
  },
} as const satisfies Rig
