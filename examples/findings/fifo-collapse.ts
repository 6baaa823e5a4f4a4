/** What becomes of locks that hand over in order, when there are more threads than processors. */
import { defineExperiment } from "@outlive/bench"

const LOCKS = ["spin-or-sleep", "ticket", "mcs"]
const [FEW, MANY] = [2, 8]

export const experiment = defineExperiment({
  name: "fifo-collapse",
  question: "What is a lock worth that is handed over in order, once the next in line may not be running?",
  over: "locks",
  axes: { lock: LOCKS, threads: [FEW, MANY], section: [100] },
  metric: "perSecond",
  hypotheses: ["ticket", "mcs"].flatMap((lock) => [
    {
      says: `with ${MANY} threads, ${lock} does less than a tenth of what the package's lock does`,
      metric: "perSecond",
      of: { lock, threads: MANY },
      over: { lock: "spin-or-sleep", threads: MANY },
      atMost: 0.1,
    },
    {
      says: `with ${FEW} threads, ${lock} does at least half of it`,
      metric: "perSecond",
      of: { lock, threads: FEW },
      over: { lock: "spin-or-sleep", threads: FEW },
      atLeast: 0.5,
    },
  ]),
})
