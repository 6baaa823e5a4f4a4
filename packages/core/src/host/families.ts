/**
 * What a heap carries besides fences of issuers, locks, modules and primitives: all families (containers, reservations, sync files, soft
 * timelines, syncobjs, schedulers), or none. It is decided by the engine that makes the heap, and stands in its header; a
 * build that lacks families runs only on heaps without, so whatever it meets there it can signal, release and repair.
 */
import { HeapError } from "../errors.js"

export type Families = "fences" | "all"

/** By which functions anything of a family comes into a heap, or is taken apart. */
const MAKERS = [
  "containedFence",
  "createChain",
  "createDraft",
  "createObject",
  "createScheduler",
  "createSoftTimeline",
  "createSyncFile",
  "createSyncobj",
]

/** The engine of a heap without families, whatever build it is: these functions throw NOT_IMPORTED. */
export function withoutFamilies<E extends object>(engine: E): E {
  return { ...engine, ...Object.fromEntries(MAKERS.map((name) => [name, refuse])) }
}

function refuse(): never {
  const message =
    'Cannot use containers, shared objects or schedulers: this heap carries none of them. Import "@outlive/core/all" instead of "@outlive/core" where the heap is made'
  throw new HeapError("NOT_IMPORTED", message)
}
