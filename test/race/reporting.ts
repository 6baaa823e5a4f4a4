/** What the threads of a race counted and what they object to. */
import type { Accounts } from "@outlive/core"

export interface Report {
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly string[]
}

/** What all of them counted. */
export function mergeCounts(reports: readonly Report[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const report of reports)
    for (const [what, n] of Object.entries(report.counts)) counts[what] = (counts[what] ?? 0) + n
  return counts
}

const RECORDS = ["fences", "callbacks", "modules", "timelines", "locks", "containers", "lists", "objects"] as const

/** What was not given back after a race; undefined if all was. */
export function lostIn(accounts: Accounts): string | undefined {
  const lost = RECORDS.filter((kind) => accounts[kind].inUse > 0).map((kind) => `${accounts[kind].inUse} ${kind}`)
  if (lost.length > 0) return `never given back: ${lost.join(", ")}`
  return accounts.balanced ? undefined : "the accounts do not balance"
}
