/**
 * What a heap carries besides fences of issuers, locks and modules: primitives for synchronization, or those and all families of fences
 * and shared objects. It is decided by the engine that makes the heap, and stands in its header; a build that lacks something runs only on
 * heaps without it, so whatever it meets there it can signal, release and repair.
 */
import { HeapError } from "../errors.js"

/** From less to more: each has what those before it have. */
export type Families = "fences" | "sync" | "all"

/** In words, with the import that has it. */
const NAMES = {
  sync: "primitives for synchronization, or transfers",
  all: "what goes beyond fences, locks and modules",
} as const

/** By which functions anything of them comes into a heap, or is looked for in it. */
const MAKERS = {
  sync: ["cancelParcel", "createChannel", "createParcel", "createSync", "createVersion", "openObject", "takeParcel"],
  all: [
    "containedFence",
    "createChain",
    "createDraft",
    "createObject",
    "createRecord",
    "createScheduler",
    "createSoftTimeline",
    "createSyncFile",
    "createSyncobj",
    "createWork",
    "deferFunction",
    "dueIn",
    "enterText",
    "isRecordLive",
    "isWork",
    "lockShared",
    "workState",
  ],
} as const

/** Who lacks it, and where it is to be imported. */
const HEAP = ["this heap carries", " where it is made"] as const

/** The engine of a heap that does not carry everything, whatever build it is: what makes the rest throws NOT_IMPORTED. */
export function only<E extends object>(families: Families, engine: E): E {
  const refused: Record<string, () => never> = {}
  const refuse = (what: keyof typeof MAKERS) => {
    for (const name of MAKERS[what]) refused[name] = () => lacking(what, ...HEAP)
  }
  if (families !== "all") refuse("all")
  if (families === "fences") refuse("sync")
  return { ...engine, ...refused }
}

/** For what a heap must carry everything, where no function of the engine tells. @throws HeapError NOT_IMPORTED */
export function assertAll(families: Families): void {
  if (families !== "all") lacking("all", ...HEAP)
}

/** @throws HeapError NOT_IMPORTED */
export function lacking(what: keyof typeof MAKERS, who = "this program has", where = ""): never {
  const message = `Cannot use ${NAMES[what]}: ${who} nothing of that. Import "@outlive/core/${what}" instead of "@outlive/core"${where}`
  throw new HeapError("NOT_IMPORTED", message)
}
