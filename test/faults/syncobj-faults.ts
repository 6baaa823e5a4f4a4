/** What can be wrong with syncobjs. */
import type { Fault, ModelledFault } from "./faults.js"

export const SYNCOBJ_FAULTS: readonly ModelledFault[] = [
  {
    id: "Y1",
    raceIsLong: true,
    model: "submit-wait",
    sentence: "whoever submits rings nobody",
    file: "composite/syncobj-waiters.ts",
    from: "  unlinkLocked(syncobj + Syncobj.waiters, node)\n  act(thread, node)\n",
    to: "  unlinkLocked(syncobj + Syncobj.waiters, node)\n",
  },
  {
    id: "Y4",
    model: "submit-reset-wait",
    sentence: "a submission only rings its waiters, which look in the place themselves",
    file: "composite/syncobj-waiters.ts",
    from: "  const fence = load(node + Callback.fence)\n",
    to: "  const fence = load(awaitedBy(node) + Syncobj.fence)\n  if (fence != 0) addRef(fence)\n",
    also: [
      {
        file: "composite/syncobj-waiters.ts",
        from: "  if (fence != Address.None) poke(node + Callback.fence, Address.None)\n",
        to: "",
      },
    ],
  },
  {
    id: "Y5",
    raceIsLong: true,
    model: "submit-leave",
    sentence: "a waiter that was served and leaves forgets what it was handed",
    file: "composite/syncobj-waiters.ts",
    from: "  if (fence != Address.None) dropRef(thread, fence)\n",
    to: "",
    // Who leaves must be served in that moment: of 80,000 operations five to eight are, on a machine at rest, and once none was.
    race: { operations: 200_000 },
  },
  {
    id: "Y6",
    model: "drop-serve",
    sentence: "a waiter does not hold what it waits for",
    file: "composite/syncobj-waiters.ts",
    from: "  addObjectRef(syncobj)\n",
    to: "",
    also: [
      {
        file: "composite/syncobj-waiters.ts",
        from: "  if (syncobj != Address.None) dropObjectRef(thread, syncobj)\n",
        to: "",
      },
    ],
  },
  {
    id: "Y7",
    model: "point-query-wait",
    sentence: "waiters are served before the submission is in its place",
    file: "composite/syncobj.ts",
    from: "  store(syncobj + Syncobj.fence, fence)\n  serveWaiters(thread, syncobj)\n",
    to: "  serveWaiters(thread, syncobj)\n  store(syncobj + Syncobj.fence, fence)\n",
  },
  {
    id: "F26",
    model: "reset-get",
    sentence: "the fence in a place is taken without looking whether it is on its way out",
    file: "composite/syncobj.ts",
    from: "  return tryAddRefAt(thread, syncobj + Syncobj.fence)\n",
    to: "  const fence = peek(syncobj + Syncobj.fence)\n  if (fence != 0) addRef(fence)\n  return fence\n",
  },
]

/** Those that only a race finds. */
export const RACED_SYNCOBJ_FAULTS: readonly Fault[] = [
  {
    id: "Y8",
    sentence: "a place forgets the reference on what was in it",
    file: "composite/syncobj.ts",
    from: "  if (before != Address.None) dropRef(thread, before)\n",
    to: "",
  },
  {
    id: "Y9",
    sentence: "a point is put on top of what is there without the lock",
    file: "composite/syncobj.ts",
    from: "  addRef(fence)\n  lock(thread, syncobj + SharedObject.lock)\n  // The link",
    to: "  addRef(fence)\n  // The link",
    also: [
      {
        file: "composite/syncobj.ts",
        from: "    putFenceLocked(thread, syncobj, chain)\n  }\n  unlock(thread, syncobj + SharedObject.lock)\n",
        to: "    putFenceLocked(thread, syncobj, chain)\n  }\n",
      },
    ],
  },
]
