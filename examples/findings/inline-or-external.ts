/** Whether a fence had better have a lock of its own, by locks and by threads; and what a borrowed one costs: the lock, or the count that keeps it. */
import { defineExperiment } from "@outlive/bench"

const LOCKS = ["spin-or-sleep", "ticket", "mcs"]
const [ONE, MANY] = [1, 2]
const [INLINE, EXTERNAL, UNCOUNTED] = ["inline", "external", "external-uncounted"]

export const experiment = defineExperiment({
  name: "inline-or-external",
  question: "What does it cost to issue and signal fences under a lock that they share, instead of one of their own?",
  over: "fences",
  axes: { placement: [INLINE, EXTERNAL, UNCOUNTED], lock: LOCKS, threads: [ONE, MANY] },
  metric: "perSecond",
  hypotheses: [
    ...LOCKS.map((lock) => ({
      says: `${lock}: with two threads on one timeline, inline locks do at least a tenth more than an external one`,
      metric: "perSecond",
      of: { placement: INLINE, lock, threads: MANY },
      over: { placement: EXTERNAL, lock, threads: MANY },
      atLeast: 1.1,
    })),
    {
      says: "nobody else issues: an external lock that nobody counts costs at most a twentieth",
      metric: "perSecond",
      of: { placement: UNCOUNTED, lock: LOCKS[0]!, threads: ONE },
      over: { placement: INLINE, lock: LOCKS[0]!, threads: ONE },
      atLeast: 0.95,
    },
    {
      says: "nobody else issues: what an external lock costs is the count that keeps it",
      metric: "perSecond",
      of: { placement: UNCOUNTED, lock: LOCKS[0]!, threads: ONE },
      over: { placement: EXTERNAL, lock: LOCKS[0]!, threads: ONE },
      atLeast: 1.05,
    },
  ],
})
