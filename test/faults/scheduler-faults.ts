/** What can be wrong with schedulers: found by models, in some order of steps, and most of it by the race as well. */
import type { Fault, ModelledFault } from "./faults.js"

export const SCHEDULER_FAULTS: readonly ModelledFault[] = [
  {
    id: "S1",
    model: "end-end",
    sentence: "a job is ended by everybody who comes to end it",
    file: "scheduler/end.ts",
    from: "  const mine = isWithHardware(state)\n",
    to: "  const mine = state != 0\n",
  },
  {
    id: "S2",
    raceIsLong: true,
    model: "kill-dependency",
    sentence: "whoever completes what a doomed job waited for does not look whether that ends now",
    file: "scheduler/finish.ts",
    from: "  if (found & DOOMED) reapInSection(thread, scheduler)\n  else if (found != Address.None) {\n    ringScheduler(scheduler)\n",
    to: "  if (found != Address.None) {\n    ringScheduler(scheduler & ~DOOMED)\n",
  },
  {
    id: "S3",
    model: "take-dependency",
    sentence: "a job waits before it has said so, and whoever completes its dependency finds nothing to do",
    file: "scheduler/ask.ts",
    from: "  poke(job + Job.readiness, Readiness.Waiting)\n  unlock(thread, scheduler + SharedObject.lock)\n  const armed = hangAgain(thread, fence, node, true)\n  const hangs",
    to: "  unlock(thread, scheduler + SharedObject.lock)\n  const armed = hangAgain(thread, fence, node, true)\n  poke(job + Job.readiness, Readiness.Waiting)\n  const hangs",
  },
  {
    id: "S4",
    raceIsLong: true,
    model: "push-close",
    sentence: "whoever pushes a job does not look whether its scheduler was closed",
    file: "scheduler/job.ts",
    from: "    queued = !isDoomed(scheduler, entity)\n",
    to: "    queued = true\n",
  },
  {
    id: "S5",
    model: "push-move",
    sentence: "an entity goes along with its job though it has others where it is",
    file: "scheduler/job.ts",
    from: "  if (!idle) return false\n",
    to: "",
  },
  {
    id: "S6",
    model: "kill-dependency",
    sentence: "a killed job waits for nothing",
    file: "scheduler/take.ts",
    from: "    if (isDoomed(scheduler, at) == doomed && isToBeAsked(job, doomed)) return job\n",
    to: "    if (!doomed && !isDoomed(scheduler, at) && isToBeAsked(job, doomed)) return job\n",
    also: [
      {
        file: "scheduler/take.ts",
        from: "    if (isDoomed(scheduler, at) != doomed || !isReady(peek(at + Entity.firstJob), doomed)) continue\n",
        to: "    if (isDoomed(scheduler, at) != doomed || (!doomed && !isReady(peek(at + Entity.firstJob), doomed))) continue\n",
      },
    ],
  },
  {
    id: "S7",
    model: "stop-run",
    sentence: "a stop does not wait for whoever is inside run",
    file: "scheduler/stop.ts",
    from: "  return load(scheduler + Scheduler.server)\n",
    to: "  return load(scheduler + Scheduler.server) & 0\n",
  },
  {
    id: "S11",
    model: "ask-ask",
    sentence: "a job is asked about by two at once",
    file: "scheduler/ask.ts",
    from: "  poke(job + Job.readiness, Readiness.Asking)\n  unlock(thread, scheduler + SharedObject.lock)\n  let steps",
    to: "  unlock(thread, scheduler + SharedObject.lock)\n  let steps",
  },
  {
    id: "S8",
    model: "take-take",
    sentence: "jobs are offered by two threads at once",
    file: "scheduler/take.ts",
    from: "  return peek(scheduler + Scheduler.server) == 0 && peek(scheduler + Scheduler.stopped) == 0\n",
    to: "  return peek(scheduler + Scheduler.stopped) == 0\n",
  },
  {
    id: "S9",
    model: "stop-signal",
    sentence: "a job whose hardware is just completing it is offered again",
    file: "scheduler/stop.ts",
    from: "    if (!hung) return finished\n",
    to: "    if (!hung) addRef(finished)\n",
  },
  {
    id: "S10",
    model: "run-drop",
    sentence: "whoever takes a job has no reference on its finished fence",
    file: "scheduler/take.ts",
    from: "  addRef(finished)\n  if (isFair",
    to: "  if (isFair",
  },
  {
    id: "S13",
    model: "end-end",
    sentence: "a finished fence keeps the hardware's after the end of its job",
    file: "scheduler/end.ts",
    from: "  if (!peek(scheduler + Scheduler.keepsParent)) dropParent(thread, finished)\n",
    to: "",
  },
]

/** Those that need no luck to be met, and one that no model has: the others are found in some order of steps. */
export const RACED_SCHEDULER_FAULTS: readonly Fault[] = [
  ...SCHEDULER_FAULTS.filter(({ id }) => ["S1", "S2", "S4"].includes(id)).map((fault) => ({
    ...fault,
    race: { operations: 400_000 },
  })),
  {
    id: "S12",
    sentence: "what a job waited for completes, and nobody asks about the job again",
    file: "scheduler/ask.ts",
    from: "      poke(job + Job.readiness, Readiness.Unasked)\n    }\n    addObjectRef",
    to: "    }\n    addObjectRef",
  },
]
