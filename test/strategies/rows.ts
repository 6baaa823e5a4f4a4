/**
 * Which locks and schemes there must be, should be, and need not be: the rows of the survey with which this part of the project was begun.
 * What a row is, is named by kind: `lock:`, `external:`, `rw:`, `scheme:` (of the engine), `lab:` (schemes of the lab), `file:` (of the engine).
 */
export interface Row {
  readonly row: string
  readonly verdict: "must" | "should" | "watch" | "skip"
  readonly is: readonly string[]
  /** What is not built of it: docs/STRATEGIES.md has a sentence on each. */
  readonly told?: readonly string[]
}

export const ROWS: readonly Row[] = [
  { row: "none; a broken lock", verdict: "must", is: ["lock:none", "lock:broken"] },
  { row: "test-and-set and its kin", verdict: "must", is: ["lock:tas", "lock:ttas", "lock:ttas-backoff"] },
  {
    row: "three-state futex; spin-then-park",
    verdict: "must",
    is: ["lock:three-state-futex", "lock:spin-then-park", "lock:spin-or-sleep"],
  },
  {
    row: "eventual fairness; starvation mode",
    verdict: "must",
    is: ["lock:eventual-fairness", "lock:starvation-mode"],
  },
  { row: "ticket, proportional backoff", verdict: "must", is: ["lock:ticket"] },
  { row: "MCS", verdict: "must", is: ["lock:mcs"] },
  { row: "Hemlock", verdict: "must", is: ["lock:hemlock"] },
  { row: "TWA", verdict: "should", is: ["external:twa"] },
  { row: "CLH; K42-MCS", verdict: "should", is: ["external:clh", "external:k42-mcs"] },
  { row: "Reciprocating", verdict: "should", is: ["external:reciprocating"] },
  { row: "Malthusian, Fissile", verdict: "should", is: ["external:fissile"], told: ["Malthusian"] },
  { row: "Hapax", verdict: "watch", is: [], told: ["Hapax"] },
  {
    row: "cohort and processor-bound queues",
    verdict: "skip",
    is: [],
    told: ["Cohort", "HCLH", "HMCS", "CNA", "qspinlock"],
  },
  { row: "reader–writer locks", verdict: "should", is: ["rw:counter", "rw:phase-fair", "rw:bravo", "rw:seqlock"] },
  {
    row: "a fence completed by one `or`; without a lock",
    verdict: "must",
    is: ["file:lab/bare-fence.ts", "file:lab/lock-free-fence.ts"],
  },
  { row: "nothing; leak", verdict: "must", is: ["scheme:leak", "lab:leak"] },
  { row: "EBR", verdict: "must", is: ["scheme:epochs", "lab:epochs"] },
  { row: "QSBR, by event-loop turn", verdict: "must", is: ["scheme:quiescent", "lab:quiescent"] },
  { row: "SRCU-like counters", verdict: "must", is: ["scheme:two-counters", "lab:two-counters"] },
  {
    row: "one counter or reader–writer lock",
    verdict: "must",
    is: ["scheme:one-counter", "scheme:reader-writer", "lab:one-counter", "lab:reader-writer"],
  },
  { row: "hazard pointers", verdict: "must", is: ["lab:hazard-pointers"] },
  { row: "optimistic by generation", verdict: "must", is: ["lab:optimistic"] },
  { row: "hazard eras, 2GE-IBR", verdict: "should", is: ["lab:intervals"] },
  { row: "Hyaline; DEBRA", verdict: "should", is: ["lab:hyaline"], told: ["DEBRA"] },
  { row: "atomic reference count", verdict: "should", is: ["lab:references"] },
  {
    row: "what wants membarrier or signals",
    verdict: "skip",
    is: [],
    told: ["PEBR", "HP++", "NBR", "DEBRA+", "POP", "liburcu"],
  },
]

/** What there is, by kind and name; how many twins each has; which files; and the page. */
export interface There {
  readonly named: ReadonlySet<string>
  readonly twinsOf: (name: string) => number
  readonly hasFile: (path: string) => boolean
  readonly page: string
}

const LEAST_TWINS = 2
/** Faults themselves, or floors that keep no promise that a twin could break. */
const WITHOUT_TWINS = new Set(["lock:none", "lock:broken", "lab:leak", "scheme:leak"])

/** What is wrong, a sentence each. */
export function problemsOf(rows: readonly Row[], there: There): string[] {
  const problems: string[] = []
  const told = [...there.page.matchAll(/^- \*([^*]+)\*[^.]*\w/gm)].map(([, names]) => names!)
  for (const { row, verdict, is, told: names = [] } of rows) {
    if (is.length === 0 && (verdict === "must" || verdict === "should")) problems.push(`${row}: nothing is built of it`)
    for (const name of is) {
      const [kind, word] = name.split(":") as [string, string]
      if (kind === "file" ? !there.hasFile(word) : !there.named.has(name)) problems.push(`${row}: there is no ${name}`)
      else if (kind !== "file" && !WITHOUT_TWINS.has(name) && there.twinsOf(name) < LEAST_TWINS)
        problems.push(`${row}: ${name} has fewer than ${LEAST_TWINS} broken twins`)
      if (kind !== "file" && !there.page.includes(`| \`${word}\` |`))
        problems.push(`${row}: ${name} is not on the page`)
    }
    for (const name of names)
      if (!told.some((all) => all.split(/, | and /).includes(name)))
        problems.push(`${row}: the page has no sentence on ${name}`)
  }
  const known = new Set(rows.flatMap(({ is }) => is))
  for (const name of there.named) if (!known.has(name)) problems.push(`${name} is in no row`)
  return problems
}
