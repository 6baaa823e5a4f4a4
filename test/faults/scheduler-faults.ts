/** What can be wrong with schedulers. */
import type { Fault } from "./faults.js"

export const SCHEDULER_FAULTS: readonly Fault[] = [
  {
    id: "S1",
    sentence: "a job is ended by everybody who comes to end it",
    file: "scheduler/run.ts",
    from: "  const pending = hang(thread, parent, body + Body.node)\n",
    to: "  const pending = hang(thread, parent, body + Body.node) == 2\n",
  },
  {
    id: "S2",
    sentence: "who closes an entity does not look for jobs that must end",
    file: "scheduler/finish.ts",
    from: "    const finished = takeDoomed(thread, scheduler)\n",
    to: "    const finished = thread ? 0 : takeDoomed(thread, scheduler)\n",
  },
  {
    id: "S3",
    sentence: "a dependency's record is given back while its fence is about to run it",
    file: "scheduler/dependencies.ts",
    from: "  if (isLinkedLocked(node)) unlinkLocked(fence, node)\n",
    to: "",
  },
]
