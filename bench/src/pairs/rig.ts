/**
 * A lock in terms of another, both in one process and in turn, sample by sample: whatever slows a processor down for longer than a
 * sample slows both. So little differences are seen on a machine that is not quiet.
 */
import type { Rig } from "../experiments/rig.js"

/** In place of a file: the build that is in the package. */
export const OWN = "package"

export const pairs = {
  program: new URL("./variant.js", import.meta.url),
  axes: {
    lock: { title: "lock", usual: ["spin-or-sleep"] },
    beside: { title: "in terms of", usual: ["spin-or-sleep"] },
    section: { title: "section", usual: [100], between: [0, 10_000_000] },
  },
  compares: "lock",
  along: "section",
  metrics: [
    { name: "ratio", title: "a turn, in terms of the lock beside it", unit: "", better: "less" },
    { name: "middleHalf", title: "three quarters of the pairs ÷ one quarter", unit: "", better: "less" },
    { name: "ns", title: "a turn", unit: "ns", better: "less" },
  ],
  columns: { ratio: "ratio", middleHalf: "p75 ÷ p25", ns: "turn ns" },
  notes: [
    "One thread: lock, a section of so many rounds of a dependent loop, unlock. Two builds of the engine in one process, a tenth of a millisecond each, in the order A B B A; a pair is (B + B) ÷ (A + A), and a process tells the median of its pairs.",
    "Where code lies in memory differs from process to process, and is not paired away: the A/A row has it.",
  ],
  async argsOf({ lock, beside, section }, tools, ms) {
    const builds = [buildIn(await tools.lock(String(lock))), buildIn(await tools.lock(String(beside)))] as const
    if (builds.includes(undefined)) return { cannot: "a lock that is no build of the engine stands beside none" }
    return ["--build", builds[0]!, "--beside", builds[1]!, "--section", String(section), "--ms", String(ms)]
  },
} as const satisfies Rig

/** The file of a build, or the package's own. */
function buildIn([option, value]: readonly string[]): string | undefined {
  if (option === "--lock" && value === "spin") return OWN
  return option === "--build" ? value : undefined
}
