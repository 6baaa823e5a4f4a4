/** Broken twins of each lock: what it gets wrong, as a change of the source, and the model that must notice. */
import type { Change } from "../faults/faults.js"

export interface LockFault extends Change {
  readonly id: string
  /** The strategies that have this fault then. */
  readonly locks: readonly string[]
  readonly model: string
  readonly sentence: string
  /** What must change with it. */
  readonly also?: readonly Change[]
  /** Why no race is asked to find it: only its model does. */
  readonly notRaced?: string
}

/** Of locks with the owner in the word. */
const OWNER_WORD: readonly LockFault[] = [
  {
    id: "LS1",
    locks: ["tas", "ttas", "ttas-backoff"],
    model: "mutex-2x2",
    sentence: "release writes once more after its releasing step, on what is another's by then",
    file: "locks/owner-word.ts",
    from: "  if (exchange(word, FREE) & PARKED) wake(word, 1)\n",
    to: "  exchange(word, FREE)\n  store(word, FREE)\n",
  },
  {
    id: "LS2",
    locks: ["tas"],
    model: "mutex-2",
    sentence: "whoever waits claims, and does not look whether it has won",
    file: "locks/strategies/tas.ts",
    from: "    if (seen == FREE) return\n",
    to: "    if (seen != me) return\n",
  },
  ...["ttas", "ttas-backoff"].map((lock) => ({
    id: `LS3-${lock}`,
    locks: [lock],
    model: "mutex-3",
    sentence: "whoever has seen the lock free goes in, without a claim that one thread wins",
    file: `locks/strategies/${lock}.ts`,
    from: "    if (seen == FREE && compareExchange(word, FREE, me) == FREE) return\n",
    to: "    if (seen == FREE) return void compareExchange(word, FREE, me)\n",
  })),
  {
    id: "LS4",
    locks: ["three-state-futex", "spin-then-park", "spin-or-sleep"],
    model: "mutex-3",
    sentence: "who has slept takes the lock as if nobody else slept",
    file: "locks/spin.ts",
    from: "compareExchange(word, FREE, me | PARKED)",
    to: "compareExchange(word, FREE, me)",
  },
  {
    id: "LS5",
    locks: ["three-state-futex", "spin-then-park", "spin-or-sleep"],
    model: "mutex-2",
    sentence: "release wakes nobody",
    file: "locks/owner-word.ts",
    from: "  if (exchange(word, FREE) & PARKED) wake(word, 1)\n",
    to: "  exchange(word, FREE)\n",
  },
]

const QUEUES: readonly LockFault[] = [
  {
    id: "LQ1",
    locks: ["ticket"],
    model: "mutex-3",
    sentence: "release wakes one of those who sleep, and not the one whose turn it is",
    file: "locks/strategies/ticket.ts",
    from: "    if (seen & PARKED) wake(word, EVERYONE)\n",
    to: "    if (seen & PARKED) wake(word, 1)\n",
  },
  {
    id: "LQ2",
    locks: ["ticket"],
    model: "mutex-3",
    sentence: "a number is drawn, and read afterwards",
    file: "locks/strategies/ticket.ts",
    from: "  let seen = add(word, ONE_DRAWN)\n",
    to: "  add(word, ONE_DRAWN)\n  let seen = load(word) - ONE_DRAWN\n",
  },
  {
    id: "LQ3",
    locks: ["ticket"],
    model: "mutex-2",
    sentence: "whoever goes to sleep does not say so on the word",
    file: "locks/strategies/ticket.ts",
    from: "  if ((seen & PARKED) == 0 && compareExchange(word, seen, seen | PARKED) != seen) return false\n",
    to: "  if ((seen & PARKED) == 0) return (host.park(word, seen, LONGEST_PARK_MS, 0), true)\n",
  },
  {
    id: "LQ4",
    locks: ["mcs"],
    model: "mutex-2",
    sentence: "release does not wait for the link of whoever has just come",
    file: "locks/strategies/mcs.ts",
    from: "    next = awaitLink(thread, word, node)\n",
    to: "    return poke(node, Address.None)\n",
  },
  {
    id: "LQ5",
    locks: ["mcs"],
    model: "mutex-2",
    sentence: "a node is made ready after it was linked",
    file: "locks/strategies/mcs.ts",
    from: "    store(previous + NEXT, node)\n",
    // A store, not a poke: a race can only delay what is atomic.
    to: "    store(previous + NEXT, node)\n    store(node + STATE, WAITS)\n",
  },
  {
    id: "LQ6",
    locks: ["hemlock"],
    model: "two-locks",
    sentence: "release does not wait for the acknowledgement: the next grant overwrites this one",
    file: "locks/strategies/hemlock.ts",
    from: "  awaitAcknowledgement(thread, word)\n}\n",
    to: "}\n",
  },
  {
    id: "LQ7",
    locks: ["hemlock"],
    model: "two-locks",
    sentence: "a grant wakes one of those who wait for different locks on it",
    file: "locks/strategies/hemlock.ts",
    from: "  if (exchange(at, word | how) & PARKED) wake(at, EVERYONE)\n",
    to: "  if (exchange(at, word | how) & PARKED) wake(at, 1)\n",
  },
]

const OF_DEAD_LOCKS = "no lock of this race is destroyed: that takes a module that goes while others wait"

/** What becomes of those who wait for a lock that is destroyed. */
const DEAD_LOCKS: readonly LockFault[] = [
  {
    id: "LD1",
    locks: ["mcs"],
    model: "destroyed-lock",
    sentence: "whoever is told that the lock is dead keeps it to itself",
    file: "locks/strategies/mcs.ts",
    from: "  handOn(thread, word, node, Poison.Word)\n  host.oops(",
    to: "  host.oops(",
    notRaced: OF_DEAD_LOCKS,
  },
  ...["mcs", "hemlock"].map((lock) => ({
    id: `LD2-${lock}`,
    locks: [lock],
    model: "destroyed-lock",
    sentence: "a lock is given back to its pool before those who wait have left its queue",
    file: `locks/strategies/${lock}.ts`,
    from: "  awaitEmpty(thread, word)\n",
    to: "",
    notRaced: OF_DEAD_LOCKS,
  })),
  {
    id: "LD3",
    locks: ["ticket"],
    model: "destroyed-lock",
    sentence: "a lock is destroyed, and those who sleep on it are not woken",
    file: "locks/strategies/ticket.ts",
    from: "  wake(word, EVERYONE)\n}\n",
    to: "}\n",
    notRaced: OF_DEAD_LOCKS,
  },
]

/** Small models never come to where these hand over; so they do at once. Locks still, and proved as such. */
export const EAGER: Readonly<Record<string, Change>> = {
  "eventual-fairness": {
    file: "locks/strategies/eventual-fairness.ts",
    from: "const FAIR_ONCE_IN: i32 = 16\n",
    to: "const FAIR_ONCE_IN: i32 = 1\n",
  },
  "starvation-mode": {
    file: "locks/strategies/starvation-mode.ts",
    from: "const PATIENCE: i32 = 2\n",
    to: "const PATIENCE: i32 = 0\n",
  },
}

const HANDING_OVER: readonly LockFault[] = Object.entries(EAGER).flatMap(([lock, eager]) => [
  {
    id: `LH1-${lock}`,
    locks: [lock],
    model: "mutex-2",
    sentence: "a lock is handed over, and nobody is woken",
    file: "locks/handoff.ts",
    from: "  wake(word, 1)\n",
    to: "",
    also: [eager],
  },
  {
    id: `LH2-${lock}`,
    locks: [lock],
    model: "mutex-3",
    sentence: "who takes a lock that was handed over forgets that others sleep",
    file: "locks/handoff.ts",
    from: "      if (compareExchange(word, HANDED, me | PARKED) == HANDED) return\n",
    to: "      if (compareExchange(word, HANDED, me) == HANDED) return\n",
    also: [eager],
  },
])

export const LOCK_FAULTS: readonly LockFault[] = [...OWNER_WORD, ...QUEUES, ...DEAD_LOCKS, ...HANDING_OVER]
