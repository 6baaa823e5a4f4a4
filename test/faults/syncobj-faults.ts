/** What can be wrong with syncobjs. */
import type { Fault, ModelledFault } from "./faults.js"

export const SYNCOBJ_FAULTS: readonly ModelledFault[] = [
  {
    id: "Y1",
    model: "submit-wait",
    sentence: "whoever submits wakes nobody",
    file: "composite/syncobj.ts",
    from: "    act(thread, node)\n",
    to: "",
  },
  {
    id: "F26",
    model: "reset-get",
    sentence: "the fence in a place is taken without looking whether it is on its way out",
    file: "composite/syncobj.ts",
    from: "  return tryAddRefAt(thread, syncobj + Syncobj.fence)\n",
    to: "  const fence = load(syncobj + Syncobj.fence)\n  if (fence != 0) addRef(fence)\n  return fence\n",
  },
]

/** Those that only a race finds. */
export const RACED_SYNCOBJ_FAULTS: readonly Fault[] = [
  {
    id: "Y2",
    sentence: "a place forgets the reference on what was in it",
    file: "composite/syncobj.ts",
    from: "  if (before != Address.None) dropRef(thread, before)\n",
    to: "",
  },
  {
    id: "Y3",
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
