/**
 * What a heap carries besides fences of issuers, locks, modules and primitives: all families (containers, reservations, sync files, soft
 * timelines, syncobjs, schedulers, issuers' records and works), or none. It is decided by the engine that makes the heap, and stands in its header; a
 * build that lacks families runs only on heaps without, so whatever it meets there it can signal, release and repair.
 */
import { HeapError } from "../errors.js"

export type Families = "fences" | "all"

/** By which functions anything of a family comes into a heap, or is looked for in it. */
const MAKERS = [
  "containedFence",
  "createChain",
  "createDraft",
  "createRecord",
  "createObject",
  "createScheduler",
  "createSoftTimeline",
  "createSyncFile",
  "createSyncobj",
  "createWork",
  "dueIn",
  "isRecordLive",
  "isWork",
  "workState",
]

/** The engine of a heap without families, whatever build it is: these functions throw NOT_IMPORTED. */
export function withoutFamilies<E extends object>(engine: E): E {
  return { ...engine, ...Object.fromEntries(MAKERS.map((name) => [name, refuse])) }
}

function refuse(): never {
  const message = `Cannot use ${NAMES}: this heap carries none of them. Import "@outlive/core/all" instead of "@outlive/core" where it is made`
  throw new HeapError("NOT_IMPORTED", message)
}

/** What the families are, in words. */
export const NAMES = "containers, shared objects, schedulers, or issuers' records and works"

/** Of what this program has not imported. @throws HeapError NOT_IMPORTED */
export function lacking(what: string): never {
  const message = `Cannot use ${what}: this program has none. Import "@outlive/core/all" instead of "@outlive/core"`
  throw new HeapError("NOT_IMPORTED", message)
}
