/** After a race: everything is given back, and the heap's accounts must balance. */
import { type Accounts, type Heap, OopsError, type Thread } from "@outlive/core"
import { issuers } from "./issuers.js"
import type { Scenario } from "./scenario.js"

/** Gives back what the race has left in the slots, unloads the modules, waits for what is deferred, and counts. */
export function closeAccounts(heap: Heap, referee: Thread, scenario: Scenario): Accounts {
  for (let slot = 0; slot < scenario.slots; slot++) {
    const fence = referee.replaceAt(slot, undefined)
    if (!fence) continue
    if (!fence.isContainer) forgiving(scenario, () => fence.signal())
    forgiving(scenario, () => fence.drop())
  }
  referee.barrier()
  for (const definition of issuers(() => {})) referee.load(definition).tryUnload()
  referee.barrier()
  return heap.accounts()
}

/** In an issuer-bound heap the last drop of a fence may be what oopses. */
function forgiving(scenario: Scenario, body: () => void): void {
  try {
    body()
  } catch (error) {
    if (!(error instanceof OopsError) || scenario.lifetime === "independent") throw error
  }
}

/** What was not given back, in words. */
export function leaksIn(accounts: Accounts): string[] {
  const kinds = ["fences", "callbacks", "containers", "lists", "objects", "modules", "timelines", "locks"] as const
  const leaks: string[] = kinds
    .filter((k) => accounts[k].inUse > 0)
    .map((k) => `${accounts[k].inUse} ${k} were not given back`)
  if (accounts.threads.inUse !== 1) leaks.push(`${accounts.threads.inUse - 1} threads did not leave`)
  if (!accounts.balanced) leaks.push("records in use and free records do not add up to the capacity")
  return leaks
}
