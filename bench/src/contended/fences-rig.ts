/** Whose a fence's lock is: its own, its timeline's, or nobody's, for it has none; which lock it is, what is done, and by how many threads. */
import { availableParallelism } from "node:os"
import { layout } from "@outlive/core/engine-js"
import { TASKS, WITHOUT_LOCK } from "./fence-tasks.js"
import { FEW_CORES_NOTE } from "../samples.js"
import type { Rig } from "../experiments/rig.js"

/**
 * An external lock is counted, so that it stays while a fence borrows it (I12); before the patch series it was not, and could dangle.
 * Names go into lists: they have no comma.
 */
const PLACEMENTS = {
  inline: ["inline", "counted"],
  external: ["external", "counted"],
  "external-uncounted": ["external", "dangle"],
} as const
const FENCES = new URL("./fence-program.js", import.meta.url)

const { Size } = layout

export const fences = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    placement: { title: "placement", usual: ["inline", "external"], words: [...Object.keys(PLACEMENTS), WITHOUT_LOCK] },
    lock: { title: "lock", usual: ["spin-or-sleep"] },
    threads: { title: "threads", usual: [1, Math.min(8, availableParallelism())], between: [1, 64] },
    task: { title: "task", usual: ["issue"], words: TASKS },
  },
  compares: "placement",
  along: "threads",
  metrics: [
    { name: "perSecond", title: "throughput", unit: "1/s", better: "more" },
    { name: "p50", title: "p50 of the worst thread", unit: "ns", better: "less" },
    { name: "p99", title: "p99", unit: "ns", better: "less" },
    { name: "fairness", title: "least ÷ most work of a thread", unit: "", better: "more" },
    { name: "keptBytes", title: "kept of a removed callback until its fence completes", unit: "B", better: "less" },
  ],
  watches: "fairness",
  columns: { perSecond: "per s", p50: "p50 ns", p99: "p99 ns", fairness: "least ÷ most", keptBytes: "kept B" },
  notes: [
    "Each thread creates, signals and drops fences of one timeline: with an external lock all of them share it. With run and remove eight callbacks are added to each: they run at the signal, and give their records back then; or they are removed before it, the oldest first.",
    "Lock-free: the fence of the lab, whose list of callbacks is exchanged for COMPLETE. It has no issuer's functions, no references and no grace period, so a fence costs less for that, too: it is a prototype, to be held against the others in what its callbacks cost. A callback that is removed from the middle of its list stays there until the fence completes: kept B. The lock is that of the pools.",
    `Bytes: a fence is ${Size.Fence}, of which its own lock is 4; a lock that fences share is a record of ${Size.Lock} beside them, and each has the 4 for its address.`,
    FEW_CORES_NOTE,
  ],
  async argsOf({ placement, lock, threads, task }, tools, ms) {
    const isFree = placement === WITHOUT_LOCK
    const [fenceLock, sharedLocks] = PLACEMENTS[isFree ? "inline" : (placement as keyof typeof PLACEMENTS)]
    const own = `${FENCES.href}?${new URLSearchParams({ fences: isFree ? WITHOUT_LOCK : "locked", task: String(task) })}`
    const program = isFree || task !== "issue" ? own : "issue"
    const words = { program, "fence-lock": fenceLock, "shared-locks": sharedLocks, threads, ms }
    const build = await (isFree ? tools.fences(String(lock)) : tools.lock(String(lock)))
    if ("cannot" in build) return build
    if (build.includes("--foreign")) return { cannot: "it is called from JavaScript, and fences take the engine's own" }
    return [...Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)]), ...build]
  },
} as const satisfies Rig
