/** What is measured one by one, and what the project promises of it. */

/** One operation, by the name its figures have. */
export interface Operation {
  readonly name: string
  readonly title: string
  /** The C++ twin it is compared with; none for what C++ has no twin of. */
  readonly twin?: string
  /** Without the objects between caller and export; of interest for the WebAssembly engine only. */
  readonly isHeld?: true
  /** Most that the WebAssembly engine may take: times its twin, or nanoseconds. */
  readonly limit?: { readonly ratio: number } | { readonly ns: number }
}

export const OPERATIONS: readonly Operation[] = [
  { name: "hasSignaled", title: "hasSignaled", twin: "hasSignaled", limit: { ns: 5 } },
  { name: "firstSignal", title: "first signal, nobody waits", twin: "firstSignal", limit: { ratio: 1.3 } },
  { name: "repeatedSignal", title: "repeated signal", twin: "repeatedSignal", limit: { ratio: 1.3 } },
  {
    name: "heldRepeatedSignal",
    title: "repeated signal, function held",
    twin: "repeatedSignal",
    isHeld: true,
    limit: { ratio: 1.3 },
  },
  { name: "addRefDropRef", title: "addRef + dropRef", twin: "addRefDropRef", limit: { ratio: 2.2 } },
  { name: "hasSignaledAt", title: "hasSignaled in a read section", twin: "hasSignaledAt", limit: { ratio: 1.6 } },
  { name: "lockUnlock", title: "lock + unlock", twin: "lockUnlock", limit: { ratio: 2.0 } },
  {
    name: "handleFirstSignal",
    title: "first signal, 1,024 handles in turn",
    twin: "firstSignal",
    limit: { ratio: 2.2 },
  },
  { name: "handleHasSignaled", title: "hasSignaled, 1,024 handles in turn", twin: "hasSignaled" },
  { name: "createSignalDrop", title: "create + signal + drop" },
]

/** What stands for the C++ twins among the engines. */
export const NATIVE = "C++"

/** Name of the variant that measures this operation in this engine. */
export const variantName = (engine: string, operation: string) => `${engine} ${operation}`
