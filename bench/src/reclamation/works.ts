/** One operation on a structure of the lab: a read, or an update that puts in or takes out, as chance has it. */
import type { LabEngine } from "@outlive/core/engine-js"
import type { Random } from "@outlive/workers"
import { FIRST_ROOT, type LabWorkerTask, type StructureName } from "./task.js"

interface Operations {
  read(key: number): void
  /** Returns -1 when there is no free node. */
  putIn(key: number): number
  takeOut(key: number): void
}

/** Reads of stack and queue are what they have in place of one: an update of the other kind, so that neither runs full. */
export function operationsOf(engine: LabEngine, seat: number, structure: StructureName): Operations {
  const root = engine.rootAt(FIRST_ROOT)
  const all: Record<StructureName, Operations> = {
    cell: {
      read: () => void engine.readCell(seat, root),
      putIn: (key) => engine.writeCell(seat, root, key),
      takeOut: (key) => void engine.writeCell(seat, root, key),
    },
    stack: {
      read: () => void engine.pop(seat, root),
      putIn: (key) => engine.push(seat, root, key),
      takeOut: () => void engine.pop(seat, root),
    },
    queue: {
      read: () => void engine.dequeue(seat, root),
      putIn: (key) => engine.enqueue(seat, root, key),
      takeOut: () => void engine.dequeue(seat, root),
    },
    list: {
      read: (key) => void engine.contains(seat, root, key),
      putIn: (key) => engine.insert(seat, root, key),
      takeOut: (key) => void engine.remove(seat, root, key),
    },
    hash: {
      read: (key) => void engine.containsHash(seat, root, key),
      putIn: (key) => engine.insertHash(seat, root, key),
      takeOut: (key) => void engine.removeHash(seat, root, key),
    },
    tree: {
      read: (key) => void engine.containsTree(seat, root, key),
      putIn: (key) => engine.insertTree(seat, root, key),
      takeOut: (key) => void engine.removeTree(seat, root, key),
    },
  }
  return all[structure]
}

/** Half of all keys are in a set before the run, and about as many at any time during it. */
export function fill(engine: LabEngine, seat: number, { structure, keys }: Pick<LabWorkerTask, "structure" | "keys">) {
  const root = engine.rootAt(FIRST_ROOT)
  if (structure === "queue") engine.createQueue(seat, root)
  if (structure === "tree") engine.createTree(seat, root)
  const { putIn } = operationsOf(engine, seat, structure)
  // In an order in which a tree does not become a list: with a step that has no divisor in common with how many there are.
  const step = 2 * Math.floor(keys * 0.309) + 1
  for (let i = 0, key = 1; i < keys / 2; i++, key = ((key + step) % keys) + 1) putIn(key)
}

export function oneOf(operations: Operations, { keys, reads }: LabWorkerTask, random: Random, onFull: () => void) {
  return () => {
    const key = 1 + random.below(keys)
    const chance = random.below(200)
    if (chance < 2 * reads) operations.read(key)
    else if ((chance & 1) === 0) operations.takeOut(key)
    else if (operations.putIn(key) === -1) onFull()
  }
}
