/** What the threads' reports say together. */
import { clockCost } from "../calibrate.js"
import type { WorkerReport } from "./workload.js"

/** `fairness`: least ÷ most work of a thread. `jain`: Jain's index, 1 when all did as much, 1 ÷ threads when one did everything. */
export function fairnessFigures(operations: readonly number[]): { readonly fairness: number; readonly jain: number } {
  const sum = operations.reduce((a, b) => a + b, 0)
  const squares = operations.reduce((a, b) => a + b * b, 0)
  return { fairness: Math.min(...operations) / Math.max(...operations), jain: sum ** 2 / (operations.length * squares) }
}

/** Of a lock that is measured alone, over so many milliseconds. */
export function aloneFigures(reports: readonly WorkerReport[], elapsedMs: number): Record<string, number> {
  const operations = reports.reduce((sum, report) => sum + report.operations, 0)
  // Each report has the whole process's: from the first start to the last end it is that of all threads.
  const cpuMs = Math.max(...reports.map((r) => r.cpuEndMs)) - Math.min(...reports.map((r) => r.cpuStartMs))
  const preempted = Math.max(...reports.map((r) => r.preemptedEnd)) - Math.min(...reports.map((r) => r.preemptedStart))
  const holds = reports.map((report) => report.holds ?? { mostInARow: 0, parks: 0, wakes: 0 })
  const perThousand = (what: "parks" | "wakes") =>
    (1_000 * holds.reduce((sum, each) => sum + each[what], 0)) / operations
  return {
    perCpuSecond: operations / (cpuMs / 1_000),
    cpus: cpuMs / elapsedMs,
    preempted: preempted / (elapsedMs / 1_000),
    longestGap: Math.max(...reports.map(({ longestGapNs }) => longestGapNs)),
    mostInARow: Math.max(...holds.map(({ mostInARow }) => mostInARow)),
    parks: perThousand("parks"),
    wakes: perThousand("wakes"),
    timed:
      reports.reduce((sum, { histogram }) => sum + histogram.reduce((all, [, count]) => all + count, 0), 0) /
      operations,
    clockNs: clockCost(),
  }
}
