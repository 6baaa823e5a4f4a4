/** After a race: the heap's accounts must balance. */
import type { Accounts } from "@outlive/core"

const KINDS = ["fences", "callbacks", "containers", "lists", "objects", "modules", "timelines", "locks"] as const

/** What was not given back, in words. */
export function leaksIn(accounts: Accounts): string[] {
  const leaks: string[] = KINDS.filter((kind) => accounts[kind].inUse > 0).map(
    (kind) => `${accounts[kind].inUse} ${kind} were not given back`,
  )
  if (accounts.threads.inUse !== 1) leaks.push(`${accounts.threads.inUse - 1} threads did not leave`)
  if (!accounts.balanced) leaks.push("records in use and free records do not add up to the capacity")
  return leaks
}
