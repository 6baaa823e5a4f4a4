/**
 * Broken twins of the lab's schemes: what each gets wrong, as a change of the source, and the model that must notice. A race must,
 * too, unless it is said why it does not.
 */
import type { Change } from "../faults/faults.js"

export interface LabFault extends Change {
  readonly also?: readonly Change[]
  readonly id: string
  /** The schemes that have this fault then. */
  readonly schemes: readonly string[]
  readonly model: string
  /** With how many preemptions; two, unless it is said. */
  readonly preemptions?: number
  /** Only with OUTLIVE_PROVE. */
  readonly isLong?: boolean
  readonly sentence: string
  /** Why no race is asked to find it. */
  readonly notRaced?: string
}

const SECTIONS: readonly LabFault[] = [
  {
    id: "LS1",
    schemes: ["epochs", "quiescent", "two-counters"],
    model: "cell-mover",
    preemptions: 3,
    sentence: "one move of the epoch is taken for a grace period",
    file: "lab/schemes/sections.ts",
    from: "    if (((epoch - peek(chain + EPOCH)) | 0) >= 2) empty(thread, chain)\n",
    to: "    if (((epoch - peek(chain + EPOCH)) | 0) >= 1) empty(thread, chain)\n",
  },
  {
    id: "LS2",
    schemes: ["epochs", "quiescent", "two-counters", "one-counter", "reader-writer"],
    model: "cell-read",
    sentence: "what is retired goes to the chain of an epoch that is over",
    file: "lab/schemes/sections.ts",
    from: "  const epoch = load(Header.epoch)\n  const chain = ",
    to: "  const epoch = load(Header.epoch) - 2\n  const chain = ",
  },
  {
    id: "LS3",
    schemes: ["one-counter", "reader-writer", "leak"],
    model: "cell-read",
    sentence: "what is retired is given back at once",
    file: "lab/schemes/sections.ts",
    from: "  noteRetired(thread)\n}",
    to: "  noteRetired(thread)\n  empty(thread, chain)\n}",
  },
  {
    id: "LS4",
    schemes: ["leak"],
    model: "cell-read",
    sentence: "what was retired in this epoch is given back, since no epoch ends",
    file: "lab/schemes/sections.ts",
    from: "    if (((epoch - peek(chain + EPOCH)) | 0) >= 2) empty(thread, chain)\n",
    to: "    if (((epoch - peek(chain + EPOCH)) | 0) >= 0) empty(thread, chain)\n",
  },
]

/** The same where nobody is counted by epoch: ten thousand orders have to be looked at first. */
const RARE: readonly LabFault[] = [
  {
    id: "LS5",
    schemes: ["one-counter"],
    model: "cell-mover",
    preemptions: 3,
    isLong: true,
    sentence: "one move of the epoch is taken for a grace period",
    file: "lab/schemes/sections.ts",
    from: "    if (((epoch - peek(chain + EPOCH)) | 0) >= 2) empty(thread, chain)\n",
    to: "    if (((epoch - peek(chain + EPOCH)) | 0) >= 1) empty(thread, chain)\n",
    notRaced: "three threads have to stop at three certain steps",
  },
]

const HAZARDS: readonly LabFault[] = [
  {
    id: "LH1",
    schemes: ["hazard-pointers"],
    model: "cell-read",
    sentence: "a reader does not look again after publishing",
    file: "lab/schemes/hazard-pointers.ts",
    from: "    const again = load(word)\n",
    to: "    const again = link\n",
  },
  {
    id: "LH2",
    schemes: ["hazard-pointers"],
    model: "cell-read",
    sentence: "a reader looks again before it has published",
    file: "lab/schemes/hazard-pointers.ts",
    from: "    store(hazard, refOf(link))\n    const again = load(word)\n    if (again == link) break\n",
    to: "    const again = load(word)\n    store(hazard, refOf(link))\n    if (again == link) break\n",
  },
  {
    id: "LH3",
    schemes: ["hazard-pointers"],
    model: "list-insert",
    sentence: "a search goes on with the slot of the node whose link it is going to change",
    file: "lab/structures/list.ts",
    from: "    const spare = former\n    former = present\n    present = following\n    following = spare\n",
    to: "    const spare = present\n    former = present\n    present = following\n    following = spare\n",
    notRaced: "within one insertion its node has to go, and to come back in front of the same successor",
  },
]

const OPTIMISTIC: readonly LabFault[] = [
  {
    id: "LO1",
    schemes: ["optimistic"],
    model: "cell-read",
    sentence: "a reader does not look whether the node is still in the life that it was looking for",
    file: "lab/lives.ts",
    from: "  return (generation & 1) != 0 && ",
    to: "  return generation != 0 || ",
  },
  {
    id: "LO2",
    schemes: ["optimistic"],
    model: "stack-come-back",
    sentence: "links do not tell lives: a node that has come back is taken for one that has stayed",
    file: "lab/lives.ts",
    from: "const LIFE: i32 = 0xff\n",
    to: "const LIFE: i32 = 0\n",
  },
  {
    id: "LO3",
    schemes: ["optimistic"],
    model: "list-insert",
    sentence: "links do not tell the life of the node that they are in: one that is used anew is linked",
    file: "lab/lives.ts",
    from: "  return ref | (((owner >> 16) & LIFE) << 24)\n",
    to: "  return ref | (((owner >> 16) & 0) << 24)\n",
  },
]

const INTERVALS: readonly LabFault[] = [
  {
    id: "LI1",
    schemes: ["intervals"],
    model: "cell-read",
    preemptions: 3,
    sentence: "a reader does not look at the era after the link",
    file: "lab/schemes/intervals.ts",
    from: "    if (era == peek(thread + Seat.upper)) return link\n",
    to: "    if (era != -1) return link\n",
  },
  {
    id: "LI2",
    schemes: ["intervals"],
    model: "cell-read",
    sentence: "a node is retired in the era of its birth",
    file: "lab/schemes/intervals.ts",
    from: "  poke(node + Node.retiredIn, load(Lab.era))\n",
    to: "  poke(node + Node.retiredIn, peek(node + Node.birth))\n",
  },
  {
    id: "LI3",
    schemes: ["intervals"],
    model: "cell-read",
    sentence: "a node is born an era later than it is linked",
    file: "lab/schemes/intervals.ts",
    from: "  poke(node + Node.birth, load(Lab.era))\n",
    to: "  poke(node + Node.birth, load(Lab.era) + 1)\n",
  },
]

const HYALINE: readonly LabFault[] = [
  {
    id: "LY1",
    schemes: ["hyaline"],
    model: "cell-2-readers",
    sentence: "a batch is counted for one reader, and given back when the first has left",
    file: "lab/schemes/hyaline.ts",
    from: "        lists++\n",
    to: "        lists = 1\n",
  },
  {
    id: "LY2",
    schemes: ["hyaline"],
    model: "cell-read",
    sentence: "a reader that has a batch already gets no other",
    file: "lab/schemes/hyaline.ts",
    from: "    while ((link & READING) != 0) {\n",
    to: "    while (link == READING) {\n",
  },
]

const REFERENCES: readonly LabFault[] = [
  {
    id: "LR1",
    schemes: ["references"],
    model: "cell-read",
    sentence: "a reader counts itself on a node that has gone",
    file: "lab/schemes/references.ts",
    from: "    if (count == 0) {\n",
    to: "    if (count < 0) {\n",
  },
  {
    id: "LR2",
    schemes: ["references"],
    model: "cell-read",
    sentence: "a reader does not look at the link again after counting itself",
    file: "lab/schemes/references.ts",
    from: "    if (load(word) == link) {\n",
    to: "    if (count > 0) {\n",
  },
]

/** `npm test` looks at one of each scheme; at all of them `npm run prove`. */
const QUICK: Readonly<Record<string, readonly string[]>> = {
  LS2: ["epochs", "quiescent", "two-counters", "one-counter", "reader-writer"],
  LS3: ["leak"],
  LH1: ["hazard-pointers"],
  LO1: ["optimistic"],
  LI2: ["intervals"],
  LY2: ["hyaline"],
  LR1: ["references"],
}

/** All faults in all schemes that have them, or as many as `npm test` has time for. */
export function faultyLabs(all: boolean): { fault: LabFault; scheme: string; id: string; sentence: string }[] {
  const pairs = LAB_FAULTS.flatMap((fault) =>
    fault.schemes.map((scheme) => ({ fault, scheme, id: fault.id, sentence: fault.sentence })),
  )
  return pairs.filter(({ id, scheme }) => all || QUICK[id]?.includes(scheme))
}

/** Nothing is used too early; what the survey measures is no longer what was promised. */
export const LAB_MEASURED: readonly (Omit<LabFault, "model" | "notRaced"> & {
  readonly figure: "stalled" | "goneOn" | "settled" | "offline"
})[] = [
  {
    id: "LM1",
    schemes: ["intervals"],
    figure: "stalled",
    sentence: "a node does not tell when it was born: a stalled reader keeps all",
    file: "lab/schemes/intervals.ts",
    from: "  poke(node + Node.birth, load(Lab.era))\n",
    to: "",
  },
  {
    id: "LM2",
    schemes: ["hyaline"],
    figure: "goneOn",
    sentence: "who leaves counts its batches up",
    file: "lab/schemes/hyaline.ts",
    from: "    if (sub(counter + Node.count, 1) == 1)",
    to: "    if (add(counter + Node.count, 1) == -1)",
  },
  {
    id: "LM3",
    schemes: ["hazard-pointers"],
    figure: "settled",
    sentence: "what a dead reader looked at is kept for ever",
    file: "lab/schemes/hazard-pointers.ts",
    from: "  clear(dead)\n",
    to: "  clear(_thread)\n",
  },
  {
    id: "LM4",
    schemes: ["quiescent"],
    figure: "offline",
    sentence: "who says that it is idle still holds everybody up",
    file: "lab/schemes/sections.ts",
    from: "  goOffline(thread)\n",
    to: "",
  },
]

export const LAB_FAULTS: readonly LabFault[] = [
  ...SECTIONS,
  ...RARE,
  ...HAZARDS,
  ...OPTIMISTIC,
  ...INTERVALS,
  ...HYALINE,
  ...REFERENCES,
]
