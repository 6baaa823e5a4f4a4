/** What can be wrong with syncobjs: found by models, in some order of steps. */
import type { ModelledFault } from "./faults.js"

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
