/** What a reader pays for protection, where nobody writes. */
import { defineExperiment } from "@outlive/bench"

const SCHEMES = [
  "quiescent",
  "two-counters",
  "one-counter",
  "reader-writer",
  "hazard-pointers",
  "optimistic",
  "intervals",
]

export const experiment = defineExperiment({
  name: "price-of-reading",
  question: "What does a search in a list cost under each scheme, where nobody writes?",
  over: "reclamation",
  axes: { scheme: ["epochs", ...SCHEMES], structure: ["list"], size: [100], reads: [100], threads: [1] },
  metric: "perSecond",
  hypotheses: SCHEMES.map((scheme) => ({
    says: `searches under ${scheme} are slower than under epochs`,
    metric: "perSecond",
    of: { scheme },
    over: { scheme: "epochs" },
    atMost: 1,
  })),
})
