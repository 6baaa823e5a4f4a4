/** Threads of a race that report what they counted and what they object to, and end. */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import type { Accounts } from "@outlive/core"

export interface Report {
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly string[]
}

/** Starts a thread; resolves when it has reported and gone. One that objects stores 1 in `control[0]`, so that all end. */
export async function playThread(program: URL, workerData: { readonly control: Int32Array }): Promise<Report> {
  const worker = new Worker(program, { workerData })
  const exited = once(worker, "exit")
  const [report] = (await once(worker, "message")) as [Report]
  if (report.violations.length > 0) Atomics.store(workerData.control, 0, 1)
  await exited
  return report
}

/** What all of them said. */
export function mergeReports(reports: readonly Report[]): Report {
  const counts: Record<string, number> = {}
  for (const report of reports)
    for (const [what, n] of Object.entries(report.counts)) counts[what] = (counts[what] ?? 0) + n
  return { counts, violations: reports.flatMap((report) => report.violations) }
}

const RECORDS = ["fences", "callbacks", "modules", "timelines", "locks", "containers", "lists", "objects"] as const

/** What was not given back after a race; undefined if all was. */
export function lostIn(accounts: Accounts): string | undefined {
  const lost = RECORDS.filter((kind) => accounts[kind].inUse > 0).map((kind) => `${accounts[kind].inUse} ${kind}`)
  if (lost.length > 0) return `never given back: ${lost.join(", ")}`
  return accounts.balanced ? undefined : "the accounts do not balance"
}
