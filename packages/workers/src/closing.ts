/** After a race: the heap's accounts must balance, and what is in use must be held by somebody. */
import { type Accounts, type Heap, type Problem, defineModule } from "@outlive/core"

const KINDS = [
  "fences",
  "callbacks",
  "containers",
  "lists",
  "objects",
  "modules",
  "timelines",
  "locks",
  "records",
] as const

const NOT_ADDED_UP = "records in use and free records do not add up to the capacity"

/** What was not given back, in words. */
export function leaksIn(accounts: Accounts): string[] {
  const leaks: string[] = KINDS.filter((kind) => accounts[kind].inUse > 0).map(
    (kind) => `${counted(accounts[kind].inUse, kind, "was", "were")} not given back`,
  )
  const others = accounts.threads.inUse - 1
  if (others !== 0) leaks.push(`${counted(others, "threads")} did not leave`)
  if (!accounts.balanced) leaks.push(NOT_ADDED_UP)
  return leaks
}

/** "1 fence was", "2 fences were". */
function counted(count: number, kind: string, one = "", more = ""): string {
  const [name, verb] = count === 1 ? [kind.replace(/s$/, ""), one] : [kind, more]
  return `${count} ${name} ${verb}`.trimEnd()
}

/** So many records one operation makes or ends at most: a job, its two fences, what it depends on, and their bodies. */
const MOST_IN_HAND = 6

/** Damage that no half-made record explains: of what all use, and of lists that hold records of everybody. */
const NEVER_EXCUSED: ReadonlySet<Problem["kind"]> = new Set(["header", "poison", "pool", "retired", "seat"] as const)

/**
 * After deaths: what the heap says is wrong with it, in words. References of the dead hold what they held, and no more is
 * lost than what each of them was just making or ending.
 */
export function damageIn(heap: Heap, accounts: Accounts, deaths: number): string[] {
  // A cell is the scenario's own, which may count to any number.
  const problems = heap.check().filter(({ kind }) => kind !== "cell")
  const halfMade = problems.filter(({ kind }) => !NEVER_EXCUSED.has(kind))
  const records = new Set(halfMade.map(({ where }) => where.split(" ", 2).join(" "))).size
  const isExcused = records + missingIn(accounts) <= MOST_IN_HAND * deaths
  const told = isExcused ? problems.filter((problem) => !halfMade.includes(problem)) : problems
  const damage = told.map(({ where, message }) => `${where}: ${message}`)
  return isExcused || accounts.balanced ? damage : [...damage, NOT_ADDED_UP]
}

/** Records that are neither in use nor free. More than there are would be a record in two places: that excuses nothing. */
function missingIn(accounts: Accounts): number {
  const missing = KINDS.map((kind) => accounts[kind].capacity - accounts[kind].inUse - accounts[kind].free)
  return missing.some((n) => n < 0) ? Infinity : missing.reduce((a, b) => a + b, 0)
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
