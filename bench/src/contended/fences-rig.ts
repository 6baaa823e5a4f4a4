/** Whose a fence's lock is: its own, or its timeline's; which lock it is, and how many threads issue on that timeline. */
import { availableParallelism } from "node:os"
import { FEW_CORES_NOTE } from "../samples.js"
import type { Rig } from "../experiments/rig.js"

/** An external lock is counted, so that it stays while a fence borrows it (I12); before the patch series it was not, and could dangle. */
const PLACEMENTS = {
  inline: ["inline", "counted"],
  external: ["external", "counted"],
  "external, not counted": ["external", "dangle"],
} as const

export const fences = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    placement: { title: "placement", usual: ["inline", "external"], words: Object.keys(PLACEMENTS) },
    lock: { title: "lock", usual: ["spin-or-sleep"] },
    threads: { title: "threads", usual: [1, Math.min(8, availableParallelism())], between: [1, 64] },
  },
  compares: "placement",
  along: "threads",
  metrics: [
    { name: "perSecond", title: "throughput", unit: "1/s", better: "more" },
    { name: "p50", title: "p50 of the worst thread", unit: "ns", better: "less" },
    { name: "p99", title: "p99", unit: "ns", better: "less" },
    { name: "fairness", title: "least ÷ most work of a thread", unit: "", better: "more" },
  ],
  columns: { perSecond: "per s", p50: "p50 ns", p99: "p99 ns", fairness: "least ÷ most" },
  notes: [
    "Each thread creates, signals and drops fences of one timeline: with an external lock all of them share it.",
    "Fences without any lock are in `bench micro`, beside these.",
    FEW_CORES_NOTE,
  ],
  async argsOf({ placement, lock, threads }, tools, ms) {
    const [fenceLock, sharedLocks] = PLACEMENTS[placement as keyof typeof PLACEMENTS]
    const words = { program: "issue", "fence-lock": fenceLock, "shared-locks": sharedLocks, threads, ms }
    const build = await tools.lock(String(lock))
    if (build.includes("--foreign")) return { cannot: "it is called from JavaScript, and fences take the engine's own" }
    return [...Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)]), ...build]
  },
} as const satisfies Rig
