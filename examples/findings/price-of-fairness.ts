/** What a bound on waiting costs, and what it buys. */
import { defineExperiment } from "@outlive/bench"

const FAIR = ["eventual-fairness", "starvation-mode", "ticket"]

export const experiment = defineExperiment({
  name: "price-of-fairness",
  question: "What does it cost in throughput that nobody waits long, and is the longest wait shorter for it?",
  over: "locks",
  axes: { lock: ["spin-or-sleep", ...FAIR], threads: [2], section: [1_000] },
  metric: "perSecond",
  hypotheses: FAIR.flatMap((lock) => {
    const [of, over] = [{ lock }, { lock: "spin-or-sleep" }]
    return [
      { says: `${lock} does less than the package's lock`, metric: "perSecond", of, over, atMost: 1 },
      { says: `the longest gap of ${lock} is shorter`, metric: "longestGap", of, over, atMost: 1 },
      { says: `${lock} shares more evenly`, metric: "jain", of, over, atLeast: 1 },
    ]
  }),
})
