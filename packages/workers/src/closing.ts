/** After a race: the heap's accounts must balance. */
import { type Accounts, type Heap, defineModule } from "@outlive/core"

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

/** Nothing here takes so long, on a busy machine either. */
const LONGEST_MS = 5_000

/** Whether a newcomer finds a heap that works, after others have died in it; what went wrong, in words. */
export function worksStill(heap: Heap): string | undefined {
  try {
    const probe = defineModule({ name: "after deaths", driverName: "probe" })
    using thread = heap.attach({ name: "newcomer", modules: [probe] })
    if (thread.synchronize({ timeoutMs: LONGEST_MS }) !== "passed") return "A grace period does not pass"
    if (thread.barrier({ timeoutMs: LONGEST_MS }) !== "passed") return "A barrier does not come to its end"
    const module = thread.load(probe)
    const timeline = module.timeline("probe")
    let called = 0
    for (let n = 0; n < 100; n++) {
      const fence = timeline.fence()
      fence.addCallback(() => called++)
      fence.signal()
      fence.drop()
      thread.deliver()
    }
    timeline.close()
    if (called !== 100) return `Of 100 callbacks ${called} were called`
    const refusal = module.tryUnload({ timeoutMs: LONGEST_MS })
    return refusal && `A module cannot be unloaded: ${refusal.message}`
  } catch (error) {
    return `A newcomer comes to an error: ${String(error)}`
  }
}
