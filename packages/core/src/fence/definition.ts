/** What a module is, in the words of one thread: its names, and the functions it brings. */
import { Op } from "../../built/layout.js"
import { callable, synchronous } from "../entrance/functions.js"
import { optionsOf, text } from "../entrance/words.js"
import { checkName } from "../name.js"
import type { Work } from "../issuer/work.js"
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

/**
 * What a module runs after a grace period, with the word that was deferred with it: in whatever thread finds that the
 * period has passed, in no read section. What it throws is told to whoever was in the middle of something there.
 */
export type DeferredFunction = { bivariant(argument: number, thread: IssuerThread): void }["bivariant"]

/** What a work runs: in a thread that serves (`thread.runWorks`), outside of any section. It may wait. */
export type WorkFunction = { bivariant(work: Work, thread: IssuerThread): void }["bivariant"]

/** Threads that define the same name must mean the same module. */
export interface ModuleDefinition {
  readonly name: string
  /** What `fence.driverName()` says while the module can be asked. */
  readonly driverName: string
  readonly ops: ModuleOps
  /** Functions that may be deferred, by name: `thread.defer(module, name, argument)`. */
  readonly deferred?: Readonly<Record<string, DeferredFunction>>
  /** Functions that works and timers run, by name: `module.work(name)`. */
  readonly works?: Readonly<Record<string, WorkFunction>>
  /**
   * What the module does at its end, in the thread that unloads it: nobody holds a reference by then, and nobody new comes in.
   * Here it completes what is pending, stops what could still run, waits (`synchronize`, `barrier`), discards its records.
   * If it throws, the unloader is told; then, and when fences are left pending, the module is live again, and its end will come again.
   */
  teardown?(thread: IssuerThread): void
}

/** What `defineModule` is given. */
export interface ModuleParts extends Pick<ModuleDefinition, "name" | "driverName" | "teardown"> {
  readonly ops?: ModuleOps
  readonly deferred?: Readonly<Record<string, DeferredFunction>>
  readonly works?: Readonly<Record<string, WorkFunction>>
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
export function defineModule(definition: ModuleParts): ModuleDefinition {
  const { name, driverName, ops = {}, deferred = {}, works = {}, teardown } = optionsOf("a module", definition)
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
  checkFunctions(`deferred functions of module "${name}"`, deferred)
  checkFunctions(`works of module "${name}"`, works)
  Object.keys(works).forEach(checkName)
  return Object.freeze({ name, driverName, ops, deferred, works, ...(teardown && { teardown }) })
}

function checkFunctions(what: string, functions: object): void {
  for (const [key, body] of Object.entries(optionsOf(what, functions))) callable(`${key} of the ${what}`, body)
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
