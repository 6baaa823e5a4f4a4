/** What can be wrong with works, timers and deferred functions: found by models. */
import type { ModelledFault } from "./faults.js"

export const WORK_FAULTS: readonly ModelledFault[] = [
  {
    id: "K1",
    model: "work-cancel",
    sentence: "whoever takes a work off does not wait for the one who runs it",
    file: "issuer/works.ts",
    from: "  return (seen & WorkState.Pending ? WorkFound.Pending : 0) | runningIn(thread, seen)\n}\n\nfunction runningIn",
    to: "  return seen & WorkState.Pending ? WorkFound.Pending : 0\n}\n\nfunction runningIn",
  },
  {
    id: "K2",
    model: "work-queue-run",
    sentence: "what came while a work ran is lost when it returns",
    file: "issuer/works.ts",
    from: "compareExchange(word, seen, (seen & WorkState.Pending) | bits)",
    to: "compareExchange(word, seen, bits)",
  },
  {
    id: "K3",
    model: "work-serve-sleep",
    sentence: "whoever queues a work rings before it has queued it",
    file: "issuer/works.ts",
    from: "  const order = add(Header.workOrder, 1)\n",
    to: "  const order = add(Header.workOrder, 1)\n  ringServers()\n",
    also: [
      {
        file: "issuer/works.ts",
        from: "  assertLive(token, Oops.WorkInDeadQueue)\n  ringServers()\n",
        to: "  assertLive(token, Oops.WorkInDeadQueue)\n",
      },
    ],
  },
  {
    id: "K4",
    model: "timer-move",
    sentence: "a timer's time is looked at before it is claimed, and not after",
    file: "issuer/works.ts",
    from: "  let bit = 0\n",
    to: "  let bit = 0\n  const due = load(work + Work.due)\n",
    also: [
      {
        file: "issuer/works.ts",
        from: "((load(work + Work.due) - nowMs) | 0) > 0\n  // ORDER: check",
        to: "((due - nowMs) | 0) > 0\n  // ORDER: check",
      },
    ],
  },
  {
    id: "K5",
    model: "work-unload",
    sentence: "a work says that it has returned before it has",
    file: "issuer/works.ts",
    from: "  const dead = exitText(thread, before)\n  // The function may have discarded it.\n  if (isRecordLive(token)) comeBack(token, peek(thread + Thread.id), WorkState.Idle)\n",
    to: "  if (isRecordLive(token)) comeBack(token, peek(thread + Thread.id), WorkState.Idle)\n  const dead = exitText(thread, before)\n",
  },
  {
    id: "K6",
    model: "deferred-barrier",
    sentence: "a barrier does not wait for the functions that others took off the chains",
    file: "exports/death.ts",
    from: "  awaitCalls(thread)\n",
    to: "",
  },
  {
    id: "K7",
    model: "work-serve-serve",
    sentence: "a work is run by everybody who finds it",
    file: "issuer/works.ts",
    from: "    const found = compareExchange(word, seen, (seen & ~bit) | me)\n    if (found == seen) break\n    seen = found\n",
    to: "    store(word, (seen & ~bit) | me)\n    break\n",
  },
  {
    id: "K8",
    model: "work-dead-runner",
    sentence: "a work stays with the dead thread that ran it",
    file: "death/reclaim.ts",
    from: "  endWorks(token)\n",
    to: "",
  },
  {
    id: "K9",
    model: "timer-cancel",
    sentence: "who waits for a work to return is not rung",
    file: "issuer/works.ts",
    from: "  if (seen & WorkState.Awaited) ringEverybody()\n",
    to: "",
  },
]
