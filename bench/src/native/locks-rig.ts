/** The engine's locks under contention, called from JavaScript, each beside the same algorithm in C and what C programs use. */
import { locks } from "../contended/rig.js"
import type { Rig } from "../experiments/rig.js"
import { FEW_CORES_NOTE } from "../samples.js"
import { OURS } from "./anchors.js"
import { BESIDE, NATIVE, TWIN, buildContended } from "./beside.js"

const NATIVELY = new URL("./contended.js", import.meta.url)
const LOCKS = Object.keys(BESIDE)
/** Two looks at the clock take as long as some turns: one turn in so many is timed. */
const APART = 256
const MEASURED = ["perSecond", "perCpuSecond", "p50", "p99", "p999", "max", "longestGap"]
const TOLD = ["jain", "fairness", "mostInARow", "cpus", "overlap", "preempted"]
let program: ReturnType<typeof buildContended> | undefined

export const nativeLocks = {
  program: ({ by }) => (by === OURS ? locks.program : NATIVELY),
  axes: {
    lock: { title: "lock", usual: LOCKS, words: LOCKS },
    by: { title: "by", usual: [TWIN, OURS, ...NATIVE], words: [TWIN, OURS, ...NATIVE] },
    threads: { title: "threads", usual: [1, 2], between: [1, 64] },
    section: locks.axes.section,
    outside: locks.axes.outside,
  },
  compares: "by",
  along: "threads",
  metrics: locks.metrics.filter(({ name }) => [...MEASURED, ...TOLD].includes(name)),
  columns: {
    perSecond: "per s",
    p50: "p50 ns",
    p99: "p99 ns",
    longestGap: "gap ns",
    jain: "Jain",
    mostInARow: "in a row",
    cpus: "CPUs",
    overlap: "overlap",
    preempted: "preempted/s",
  },
  notes: [
    "C: the same steps on the same words, every atomic sequentially consistent (bench/native/locks.h). Ours: a build with that lock, two calls from JavaScript for each turn. pthread, ck: the C library's lock and Concurrency Kit's that work in the same way.",
    "All begin at one line, and the first whose time is up ends it for all; overlap says how many were at it together, and a run with less than nine tenths of its threads counts as disturbed. A run that loses an addition is no result.",
    `Calibrated by as many threads in JavaScript, before and after, whatever is measured. One acquisition in ${APART} on average is timed.`,
    "Who sleeps, sleeps on the kernel's futex in C, and by Atomics.wait in JavaScript.",
    "CPUs, preempted: processors used, and how often a second the system took one away from a thread. A lock that spins and is far below its threads there, or far above 0, had no processor for each, natively as well.",
    FEW_CORES_NOTE,
  ],
  async argsOf({ lock, by, threads, section, outside }, tools, ms) {
    const numbers = Object.entries({ threads, section, outside, apart: APART, ms }).flatMap(([name, value]) => [
      `--${name}`,
      String(value),
    ])
    if (by === OURS) return ["--program", "counter", ...numbers, ...(await tools.lock(String(lock)))]
    const beside: Partial<Record<string, { readonly name: string; readonly from?: string }>> =
      BESIDE[lock as keyof typeof BESIDE]
    const other = by === TWIN ? { name: String(lock) } : beside[by!]
    if (other === undefined) return { cannot: "no lock there works as ours does" }
    program ??= buildContended()
    if ("missing" in program) return { cannot: program.missing }
    if (!program.names.has(other.name)) return { cannot: `${other.from ?? other.name} is not installed` }
    return ["--by", other.name, "--native", program.program, ...numbers]
  },
} as const satisfies Rig
