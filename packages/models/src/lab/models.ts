/**
 * What every scheme must stand on every structure. In each model one thread is in the middle of an operation, at any point of it,
 * while others remove what it looks at, give it back, and use it anew; with one reader and one writer, two writers, two readers.
 */
import { type LabModel, labModel } from "./model.js"
import { STRUCTURES } from "./structures.js"

const { CELL, HASH, LIST, QUEUE, STACK, TREE } = STRUCTURES

/** Twice: where epochs are, the first moves the epoch on, and the second finds it moved. */
const COLLECTS = [
  ["collect", 0],
  ["collect", 0],
] as const

export const LAB_MODELS: readonly LabModel[] = [
  labModel({
    name: "cell-read",
    claim: "What a reader looks at is not used anew.",
    structure: CELL,
    before: [["write", 1]],
    threads: [[["read", 0]], [["write", 2], ...COLLECTS, ["write", 3]]],
  }),
  labModel({
    name: "cell-read-twice",
    claim: "The same for one that has just read, and for two writers.",
    structure: CELL,
    before: [["write", 1]],
    threads: [
      [
        ["read", 0],
        ["read", 0],
      ],
      [["write", 2], ...COLLECTS, ["write", 3]],
      [
        ["write", 4],
        ["collect", 0],
      ],
    ],
  }),
  labModel({
    name: "cell-2-readers",
    claim: "The same for two readers.",
    structure: CELL,
    before: [["write", 1]],
    threads: [[["read", 0]], [["read", 0]], [["write", 2], ...COLLECTS, ["write", 3]]],
  }),
  labModel({
    name: "cell-mover",
    claim: "The same while a third moves the epoch on, or the era.",
    structure: CELL,
    before: [["write", 1]],
    threads: [
      [["read", 0]],
      [
        ["write", 2],
        ["collect", 0],
        ["write", 3],
      ],
      [["collect", 0]],
    ],
  }),
  labModel({
    name: "stack-pop",
    claim: "A node that was popped and pushed again in between is not taken for one that has stayed.",
    structure: STACK,
    before: [
      ["push", 1],
      ["push", 2],
    ],
    threads: [[["pop", 0]], [["pop", 0], ["pop", 0], ...COLLECTS, ["push", 3]]],
  }),
  labModel({
    name: "stack-2-poppers",
    claim: "Who pops gets what nobody else gets.",
    structure: STACK,
    before: [["push", 1]],
    threads: [
      [
        ["pop", 0],
        ["collect", 0],
        ["push", 2],
      ],
      [
        ["pop", 0],
        ["collect", 0],
        ["push", 3],
      ],
    ],
  }),
  labModel({
    name: "stack-come-back",
    claim: "The same where what was below it has gone meanwhile.",
    structure: STACK,
    batch: 2,
    before: [
      ["push", 1],
      ["push", 2],
      ["push", 3],
    ],
    threads: [
      [["pop", 0]],
      [
        ["pop", 0],
        ["pop", 0],
        ["push", 4],
      ],
    ],
  }),
  labModel({
    name: "queue-dequeue",
    claim: "What is taken out was put in first, and its node is not used anew under who takes out.",
    structure: QUEUE,
    before: [
      ["enqueue", 1],
      ["enqueue", 2],
    ],
    threads: [[["dequeue", 0]], [["dequeue", 0], ["dequeue", 0], ...COLLECTS, ["enqueue", 3]]],
  }),
  labModel({
    name: "queue-enqueue",
    claim: "Nothing is put behind a node that has been taken out.",
    structure: QUEUE,
    threads: [[["enqueue", 1]], [["enqueue", 2], ["dequeue", 0], ["dequeue", 0], ...COLLECTS, ["enqueue", 3]]],
  }),
  labModel({
    name: "list-contains",
    claim: "A search passes what is removed, and does not follow it.",
    structure: LIST,
    before: [
      ["insert", 1],
      ["insert", 2],
    ],
    threads: [[["contains", 2]], [["remove", 1], ...COLLECTS, ["insert", 3]]],
  }),
  labModel({
    name: "list-2-writers",
    claim: "Nothing is put behind a node that is being removed, and none is unlinked twice.",
    structure: LIST,
    before: [
      ["insert", 1],
      ["insert", 2],
    ],
    threads: [[["remove", 2]], [["remove", 1], ...COLLECTS, ["insert", 2]]],
  }),
  labModel({
    name: "list-insert",
    claim: "What is put behind a node is not put behind another that it has become.",
    structure: LIST,
    before: [
      ["insert", 1],
      ["insert", 3],
      ["insert", 5],
    ],
    threads: [[["insert", 2]], [["remove", 1], ...COLLECTS, ["insert", 2]]],
  }),
  labModel({
    name: "hash",
    claim: "A node that moves to another bucket leads no search astray.",
    structure: HASH,
    before: [
      ["insert", 1],
      ["insert", 3],
    ],
    threads: [[["contains", 3]], [["remove", 1], ...COLLECTS, ["insert", 2]]],
  }),
  labModel({
    name: "tree-contains",
    claim: "A search passes parents and leaves that are removed, and does not follow them.",
    structure: TREE,
    before: [
      ["insert", 1],
      ["insert", 2],
    ],
    threads: [[["contains", 2]], [["remove", 1], ...COLLECTS, ["insert", 3]]],
  }),
  labModel({
    name: "tree-2-writers",
    claim: "Two leaves of one parent are removed at once: each goes once.",
    structure: TREE,
    before: [
      ["insert", 1],
      ["insert", 2],
    ],
    threads: [
      [["remove", 2]],
      [
        ["remove", 1],
        ["collect", 0],
      ],
    ],
  }),
]
