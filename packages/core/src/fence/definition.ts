/** What a module is, in the words of one thread: its names, and the functions it brings. */
import { Op } from "../../built/layout.js"
import { callable, synchronous } from "../entrance/functions.js"
import { optionsOf, text } from "../entrance/words.js"
import { checkName } from "../name.js"
import type { Fence } from "./fence.js"
import type { IssuerThread } from "./issuer-thread.js"

/**
 * The functions an issuer may bring. Each runs in whichever thread needs it. The fence is lent for the length of the
 * call: `addRef` it to keep it (not in `free`). What a function throws is told to whoever asked, and never completes the fence.
 */
export interface ModuleOps {
  /** Somebody wants to know: make sure that the fence will be signaled. `false` says that it is done. Under the fence's lock. */
  enableSignaling?(fence: Fence): boolean | void
  /** A peek: is it done? Once true, always true. Sometimes under the fence's lock. */
  pollSignaled?(fence: Fence): boolean
  /** Deprecated, as in the kernel: waits in the issuer's own way. A module that has it stays loaded while its fences live. */
  wait?(fence: Fence, timeoutMs: number): boolean
  /**
   * The last reference has gone: the handle is good for reading (names, numbers, status), and refuses the rest with STALE.
   * A module that has it stays loaded while its fences live.
   */
  free?(fence: Fence): void
  /** Somebody would like the fence to be complete by then. May come many times: keep the soonest. */
  setDeadline?(fence: Fence, atNs: bigint): void
}

/** Threads that define the same name must mean the same module. */
export interface ModuleDefinition {
  readonly name: string
  /** What `fence.driverName()` says while the module can be asked. */
  readonly driverName: string
  readonly ops: ModuleOps
  /**
   * What the module does at its end, in the thread that unloads it: nobody holds a reference by then, and nobody new comes in.
   * Here it completes what is pending, stops what could still run, waits (`synchronize`, `barrier`), discards its records.
   * If it throws, the unloader is told; then, and when fences are left pending, the module is live again, and its end will come again.
   */
  teardown?(thread: IssuerThread): void
}

/** By `Op`. */
export const OP_NAMES = [
  "enableSignaling",
  "pollSignaled",
  "wait",
  "free",
  "setDeadline",
] as const satisfies readonly (keyof ModuleOps)[]

/** Checks and freezes a definition. Pass it to `heap.attach({ modules })` in every thread that uses its fences. @throws TypeError, RangeError */
export function defineModule(
  definition: Pick<ModuleDefinition, "name" | "driverName" | "teardown"> & { ops?: ModuleOps },
): ModuleDefinition {
  const { name, driverName, ops = {}, teardown } = optionsOf("a module", definition)
  if (text("the name of a module", name) === "") throw new TypeError("Cannot define a module without a name")
  if (text("the driver name of a module", driverName) === "")
    throw new TypeError(`Cannot define module "${name}" without a driver name`)
  checkName(name)
  checkName(driverName)
  for (const [key, op] of Object.entries(optionsOf(`module "${name}"`, ops))) {
    if (!OP_NAMES.includes(key as keyof ModuleOps))
      throw new TypeError(`Cannot define module "${name}": there is no op "${key}", only ${OP_NAMES.join(", ")}`)
    if (op !== undefined) callable(`op ${key} of module "${name}"`, op)
  }
  if (teardown !== undefined) synchronous(`teardown of module "${name}"`, teardown)
  return Object.freeze({ name, driverName, ops, ...(teardown && { teardown }) })
}

/** `OpsBit`s of the functions that a definition has. */
export function opsMask(ops: ModuleOps): number {
  const bits = {
    enableSignaling: Op.EnableSignaling,
    pollSignaled: Op.PollSignaled,
    wait: Op.Wait,
    free: Op.Free,
    setDeadline: Op.SetDeadline,
  }
  return OP_NAMES.reduce((mask, name) => (ops[name] ? mask | (1 << bits[name]) : mask), 0)
}
