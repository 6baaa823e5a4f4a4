/** Broken twins of the fence without a lock: what each gets wrong, and the model that must notice. */
import type { ModelledFault } from "../faults/faults.js"

const file = "lab/lock-free-fence.ts"

export const LOCK_FREE_FAULTS: readonly ModelledFault[] = [
  {
    id: "LF1",
    model: "free-signal-signal",
    sentence: "the signal looks, and writes afterwards",
    file,
    from: "  const newest = exchange(fence + HEAD, COMPLETE)\n  if (newest == COMPLETE) return 0\n",
    to: "  const newest = load(fence + HEAD)\n  if (newest == COMPLETE) return 0\n  exchange(fence + HEAD, COMPLETE)\n",
  },
  {
    id: "LF2",
    model: "free-signal-add",
    sentence: "whoever adds looks for COMPLETE once, and hangs its callback on it later",
    file,
    from: "  while (seen != COMPLETE) {\n",
    to: "  while (true) {\n",
  },
  {
    id: "LF3",
    model: "free-add-add",
    sentence: "the link is made before the claim, and not again after a claim that failed",
    file,
    from: "  while (seen != COMPLETE) {\n    poke(node + Callback.next, seen)\n",
    to: "  poke(node + Callback.next, seen)\n  while (seen != COMPLETE) {\n",
  },
  {
    id: "LF4",
    model: "free-signal-remove",
    sentence: "whoever removes marks the record, and does not look whether it is being run",
    file,
    from: "  const seen = compareExchange(node + STATE, HANGS, REMOVED)\n",
    to: "  const seen = load(node + STATE)\n  if (seen == HANGS) exchange(node + STATE, REMOVED)\n",
  },
  {
    id: "LF5",
    model: "free-signal-remove",
    sentence: "whoever removes does not wait for a callback that has begun",
    file,
    from: "  awaitDone(node)\n  give(thread, Kind.Callback, node)\n",
    to: "  give(thread, Kind.Callback, node)\n",
  },
  {
    id: "LF6",
    model: "free-signal-remove",
    sentence: "a record that hangs among others is given back at once",
    file,
    from: "    if (compareExchange(fence + HEAD, node, next) == node) give(thread, Kind.Callback, node)\n",
    to: "    compareExchange(fence + HEAD, node, next)\n    give(thread, Kind.Callback, node)\n",
  },
  {
    id: "LF7",
    model: "free-signal-remove",
    sentence: "a callback that is awaited ends without a wake",
    file,
    from: "  if (exchange(node + STATE, DONE) == REMOVER_WAITS) wake(node + STATE, 1)\n",
    to: "  exchange(node + STATE, DONE)\n",
    notRaced:
      "to sleep there a thread must remove within the two steps that a callback takes: some races do, most do not",
  },
  {
    id: "LF8",
    model: "free-signal-remove",
    sentence: "what is behind a record is read after it may have become another's",
    file,
    from: "    const next = peek(node + Callback.next)\n    // ORDER: claim: whoever removes it, or we. Pairs with `removeFree`.\n    if (compareExchange(node + STATE, HANGS, RUNS) == HANGS) run(thread, node)\n    else give(thread, Kind.Callback, node)\n",
    to: "    if (compareExchange(node + STATE, HANGS, RUNS) == HANGS) run(thread, node)\n    else give(thread, Kind.Callback, node)\n    const next = peek(node + Callback.next)\n",
  },
  {
    id: "LF9",
    model: "free-signal-signal",
    sentence: "the list is run as it was found, the newest first",
    file,
    from: "runAll(thread, oldestFirst(newest))",
    to: "runAll(thread, newest)",
  },
]
