/** How much garbage there is while a reader stalls, under each scheme. */
import { defineExperiment } from "@outlive/bench"

const BOUNDED = ["hazard-pointers", "optimistic", "intervals"]

export const experiment = defineExperiment({
  name: "stalled-reader",
  question: "How much is kept while a reader stalls in the middle of an operation, and what do reads cost for that?",
  over: "reclamation",
  axes: {
    scheme: ["epochs", ...BOUNDED, "hyaline"],
    structure: ["list"],
    size: [100],
    reads: [50],
    stall: [20],
    threads: [2],
  },
  metric: "keptPeak",
  hypotheses: [
    ...BOUNDED.map((scheme) => ({
      says: `${scheme} keeps less than a tenth of what epochs keep`,
      metric: "keptPeak",
      of: { scheme },
      over: { scheme: "epochs" },
      atMost: 0.1,
    })),
    {
      says: "hyaline, as it is here, keeps as much: whatever is retired while anybody reads waits for that reader",
      metric: "keptPeak",
      of: { scheme: "hyaline" },
      over: { scheme: "epochs" },
      atLeast: 0.5,
    },
  ],
})
