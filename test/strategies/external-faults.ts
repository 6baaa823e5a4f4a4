/** Broken twins of the locks that are not the engine's own: what each gets wrong, and the model that must notice. */
import type { ModelledFault } from "../faults/faults.js"

export interface ExternalFault extends ModelledFault {
  readonly lock: string
}

const of = (lock: string) => ({ lock, file: `locks/external/${lock}.ts` })

export const EXTERNAL_FAULTS: readonly ExternalFault[] = [
  {
    ...of("clh"),
    id: "XC1",
    model: "external-2x2",
    sentence: "a thread keeps its own node, at which the next one still looks",
    from: "  poke(thread + MINE, previous)\n",
    to: "  poke(thread + MINE, node)\n",
  },
  {
    ...of("clh"),
    id: "XC2",
    model: "external-2x1",
    sentence: "release wakes nobody",
    from: "  if (exchange(node, HANDED_ON) == SLEEPS) wake(node, 1)\n",
    to: "  exchange(node, HANDED_ON)\n",
  },
  {
    ...of("k42-mcs"),
    id: "XK1",
    model: "external-2x1",
    sentence: "release does not wait for the link of whoever has just come",
    from: "    next = awaitLink(lock)\n",
    to: "    return\n",
  },
  {
    ...of("k42-mcs"),
    id: "XK2",
    model: "external-3x1",
    sentence: "the new holder says that nobody waits after its claim, when somebody may",
    from: "    store(lock + NEXT, Address.None)\n    if (compareExchange(lock, node, lock) == node) return\n",
    to: "    if (compareExchange(lock, node, lock) == node) return store(lock + NEXT, Address.None)\n",
  },
  {
    ...of("reciprocating"),
    id: "XR1",
    model: "external-2x2",
    sentence: "whoever is the last of a stack hands the lock to the one below, who is gone",
    from: "  if (below == EMPTY || below == end) ",
    to: "  if (below == EMPTY) ",
  },
  {
    ...of("reciprocating"),
    id: "XR2",
    model: "external-3x1",
    sentence: "the stack is looked at, and then taken",
    from: "  open(exchange(lock, EMPTY), end)\n",
    to: "  const newest = load(lock)\n  exchange(lock, EMPTY)\n  open(newest, end)\n",
  },
  {
    ...of("twa"),
    id: "XT1",
    model: "external-3x1",
    sentence: "a waiter looks how far it is, and then what the array says",
    from: "    const seen = load(at)\n    if (ahead(load(lock + SERVED), ticket) <= TICKET) return\n",
    to: "    if (ahead(load(lock + SERVED), ticket) <= TICKET) return\n    const seen = load(at)\n",
  },
  {
    ...of("twa"),
    id: "XT2",
    model: "external-3x1",
    sentence: "notice is given before the number is served",
    from: "  if (exchange(lock + SERVED, now) & PARKED) wake(lock + SERVED, EVERYONE)\n  notify(at)\n",
    to: "  notify(at)\n  if (exchange(lock + SERVED, now) & PARKED) wake(lock + SERVED, EVERYONE)\n",
  },
  {
    ...of("fissile"),
    id: "XF1",
    model: "external-2x1",
    sentence: "the first of the queue goes in when it finds nobody asleep, and not only when it has won",
    from: "    if (seen == FREE) break\n",
    to: "    if ((seen & PARKED) == 0) break\n",
  },
  {
    ...of("fissile"),
    id: "XF2",
    model: "external-2x1",
    sentence: "the first of the queue sleeps, and does not say so",
    from: "    if ((seen & PARKED) == 0 && compareExchange(lock, HELD, HELD | PARKED) != HELD) continue\n    host.park(lock, HELD | PARKED,",
    to: "    host.park(lock, seen,",
  },
  {
    ...of("fissile"),
    id: "XF3",
    model: "external-3x1",
    sentence: "the first of the queue lets the second come up before it has the lock",
    from: "  awaitOuter(lock)\n  releaseQueue(thread, lock + INNER)\n",
    to: "  releaseQueue(thread, lock + INNER)\n  awaitOuter(lock)\n",
  },
]
