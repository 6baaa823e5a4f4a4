/** What is measured one by one, and what the project promises of it. */

/** One operation, by the name its figures have. */
export interface Operation {
  readonly name: string
  readonly title: string
  /** The C++ twin it is compared with; none for what C++ has no twin of. */
  readonly twin?: string
  /** Through `thread.engine` and `thread.record` at each call; of interest for the WebAssembly engine only. */
  readonly isThroughThread?: true
  /** Most that the WebAssembly engine may take: times its twin, or nanoseconds. */
  readonly limit?: { readonly ratio: number } | { readonly ns: number }
  /** Measured over the lab's build as well; or over that one alone, for only there it is. */
  readonly inLab?: "also" | "only"
}

export const OPERATIONS: readonly Operation[] = [
  { name: "hasSignaled", title: "hasSignaled", twin: "hasSignaled", limit: { ns: 5 } },
  {
    name: "firstSignal",
    title: "first signal, nobody waits",
    twin: "firstSignal",
    limit: { ratio: 1.3 },
    inLab: "also",
  },
  { name: "firstSignalFree", title: "first signal, fence without a lock", twin: "firstSignal", inLab: "only" },
  { name: "firstSignalBare", title: "first signal, by one or: the floor", twin: "firstSignal", inLab: "only" },
  { name: "addRemove", title: "add + remove a callback", inLab: "also" },
  { name: "addRemoveFree", title: "add + remove, fence without a lock", inLab: "only" },
  { name: "addSignalRemove", title: "add + first signal + remove", inLab: "also" },
  { name: "addSignalRemoveFree", title: "the same, fence without a lock", inLab: "only" },
  { name: "repeatedSignal", title: "repeated signal", twin: "repeatedSignal", limit: { ratio: 1.3 } },
  {
    name: "threadRepeatedSignal",
    title: "repeated signal, through thread",
    twin: "repeatedSignal",
    isThroughThread: true,
  },
  { name: "addRefDropRef", title: "addRef + dropRef", twin: "addRefDropRef", limit: { ratio: 2.2 } },
  { name: "hasSignaledAt", title: "hasSignaled in a read section", twin: "hasSignaledAt", limit: { ratio: 1.6 } },
  { name: "lockUnlock", title: "lock + unlock", twin: "lockUnlock", limit: { ratio: 2.0 } },
  { name: "threadLockUnlock", title: "lock + unlock, through thread", twin: "lockUnlock", isThroughThread: true },
  {
    name: "handleFirstSignal",
    title: "first signal, 1,024 handles in turn",
    twin: "firstSignal",
    limit: { ratio: 2.2 },
  },
  { name: "handleHasSignaled", title: "hasSignaled, 1,024 handles in turn", twin: "hasSignaled" },
  { name: "createSignalDrop", title: "create + signal + drop" },
]

/** What stands for the build with the lab's fences among the engines: WebAssembly as well. */
export const LAB = "lab"

/** What stands for the C++ twins among the engines. */
export const NATIVE = "C++"

/** Name of the variant that measures this operation in this engine. */
export const variantName = (engine: string, operation: string) => `${engine} ${operation}`
