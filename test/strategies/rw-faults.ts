/** Broken twins of the reader–writer locks: what each gets wrong, and the model that must notice. */
import type { ModelledFault } from "../faults/faults.js"

export interface RwFault extends ModelledFault {
  readonly lock: string
}

const COUNTER = { lock: "counter", file: "locks/rw/counter.ts" }
const PHASE_FAIR = { lock: "phase-fair", file: "locks/rw/phase-fair.ts" }
const BRAVO = { lock: "bravo", file: "locks/rw/bravo.ts" }
const SEQLOCK = { lock: "seqlock", file: "locks/rw/seqlock.ts" }

/** Biased again with the next reader: a lock still, and raced as such. In the race of a twin it is revoked with each writing then. */
export const EAGER_BRAVO = {
  file: BRAVO.file,
  from: "const INHIBITS: i32 = 9\n",
  to: "const INHIBITS: i32 = 0\n",
}

export const RW_FAULTS: readonly RwFault[] = [
  {
    ...COUNTER,
    id: "RC1",
    model: "rw-read-write",
    sentence: "a reader counts itself, and does not look whether a writer is in",
    from: "  if ((seen & WRITER) != 0 || compareExchange(lock, seen, seen + READER) != seen) acquireReadSlow(lock)\n",
    to: "  if (compareExchange(lock, seen, seen + READER) != seen) acquireReadSlow(lock)\n",
  },
  {
    ...COUNTER,
    id: "RC2",
    model: "rw-read-write",
    sentence: "the last reader wakes nobody",
    from: "compareExchange(lock, PARKED, FREE) == PARKED) wake(lock, EVERYONE)\n",
    to: "compareExchange(lock, PARKED, FREE) == PARKED) return\n",
  },
  {
    ...COUNTER,
    id: "RC3",
    model: "rw-2-writers",
    sentence: "a writer that goes wakes one of those who sleep",
    from: "  if (exchange(lock, FREE) & PARKED) wake(lock, EVERYONE)\n",
    to: "  if (exchange(lock, FREE) & PARKED) wake(lock, 1)\n",
  },
  {
    ...PHASE_FAIR,
    id: "RP1",
    model: "rw-read-write",
    sentence: "a writer does not wait for the readers that were there before it",
    from: "  awaitReaders(lock, add(lock + RIN, PRESENT | phase) & COUNT)\n",
    to: "  add(lock + RIN, PRESENT | phase)\n",
  },
  {
    ...PHASE_FAIR,
    id: "RP2",
    model: "rw-3-writers",
    sentence: "a writer that goes wakes one of the writers, and not the one whose turn it is",
    from: "WRITERS_SLEEP) wake(lock + WOUT, EVERYONE)\n",
    to: "WRITERS_SLEEP) wake(lock + WOUT, 1)\n",
  },
  {
    ...PHASE_FAIR,
    id: "RP3",
    model: "rw-2-writers",
    sentence: "a reader waits until there is no writer, and not only until the one that it found has gone",
    from: "    if ((seen & WRITER) != writer) return\n",
    to: "    if ((seen & PRESENT) == 0) return\n",
  },
  {
    ...BRAVO,
    id: "RB1",
    model: "rw-read-write",
    sentence: "a reader does not look at the bias again when it has said what it reads",
    from: "  if (load(lock + BIAS) != 0) return true\n",
    to: "  if (lock != 0) return true\n",
    also: [EAGER_BRAVO],
  },
  {
    ...BRAVO,
    id: "RB2",
    model: "rw-read-write",
    sentence: "a writer looks who reads before it takes the bias away",
    from: "  store(lock + BIAS, 0)\n  const base",
    to: "  const base",
    also: [
      EAGER_BRAVO,
      {
        file: BRAVO.file,
        from: "  poke(lock + INHIBITED, INHIBITS)\n",
        to: "  store(lock + BIAS, 0)\n  poke(lock + INHIBITED, INHIBITS)\n",
      },
    ],
  },
  {
    ...BRAVO,
    id: "RB3",
    model: "rw-read-write",
    sentence: "a reader leaves the table, and does not wake the writer that sleeps on it",
    from: "  if (exchange(thread + READS, Address.None) & PARKED) wake(thread + READS, 1)\n",
    to: "  exchange(thread + READS, Address.None)\n",
  },
  {
    ...SEQLOCK,
    id: "RQ1",
    model: "rw-read-write",
    sentence: "a reader begins while a writer writes",
    from: "  return (seen & WRITING) == 0 ? seen : awaitVersion(lock)\n",
    to: "  return seen\n",
  },
  {
    ...SEQLOCK,
    id: "RQ2",
    model: "rw-read-write",
    sentence: "writing leaves the version as it was",
    from: "(seen & ~BITS) + VERSION",
    to: "(seen & ~BITS)",
  },
  {
    ...SEQLOCK,
    id: "RQ3",
    model: "rw-write-write",
    sentence: "whoever writes looks whether another does, and does not claim",
    from: "  while ((seen & WRITING) != 0 || compareExchange(lock, seen, seen | WRITING) != seen) seen = awaitVersion(lock)\n",
    to: "  while ((seen & WRITING) != 0) seen = awaitVersion(lock)\n  compareExchange(lock, seen, seen | WRITING)\n",
  },
]
