/** The platform's own Atomics, and the slot through which the replaced ones find who is exploring. */
import type { Loop } from "./tasks.js"
import { ADD, AND, COMPARE_EXCHANGE, EXCHANGE, LOAD, OR, STORE, SUB, XOR } from "./operation.js"
import type { Observer } from "./observer.js"
import type { IntegerView } from "./operation.js"
import type { RefusalCode } from "../refusal.js"

/** Who runs threads of a model now; sees each operation before the platform does. */
export interface Runner {
  /** Undefined: not ours, let the platform do it. */
  visit(operation: number, view: IntegerView, index: unknown, a: unknown, b: unknown, timeoutMs: unknown): unknown
  /** What cannot be explored: what the code does, as the end of a sentence. */
  refuse(code: RefusalCode, what: string): void
  /** It would end the process. */
  exit(call: string): void
  relax(): void
  /** The condition that it waits for does not hold. */
  await(): void
  /** The thread goes no further. */
  drop(): void
  /** Told of plain accesses. */
  readonly observer?: Observer
  /** Of a thread that may be asynchronous. */
  readonly loop?: Loop | undefined
}

interface Slot {
  readonly functions: typeof Atomics
  runner: Runner | undefined
  installed: boolean
}

/** One slot per realm, even if this package is loaded twice: two copies must not instrument each other. */
const SLOT = Symbol.for("@outlive/explore slot")

function makeSlot(): Slot {
  const functions = Object.create(null) as Record<string, unknown>
  for (const name of Object.getOwnPropertyNames(Atomics)) functions[name] = Atomics[name as keyof typeof Atomics]
  const made: Slot = { functions: functions as unknown as typeof Atomics, runner: undefined, installed: false }
  Object.defineProperty(Atomics, SLOT, { value: made })
  return made
}

export const slot: Slot = (Atomics as typeof Atomics & { [SLOT]?: Slot })[SLOT] ?? makeSlot()
const functions = slot.functions

/** One of the operations on a cell, by its number, as the platform does it. */
export function callNative(operation: number, view: Int32Array, index: number, a: number, b: number): number {
  switch (operation) {
    case LOAD:
      return functions.load(view, index)
    case STORE:
      return functions.store(view, index, a)
    case ADD:
      return functions.add(view, index, a)
    case SUB:
      return functions.sub(view, index, a)
    case AND:
      return functions.and(view, index, a)
    case OR:
      return functions.or(view, index, a)
    case XOR:
      return functions.xor(view, index, a)
    case EXCHANGE:
      return functions.exchange(view, index, a)
    case COMPARE_EXCHANGE:
      return functions.compareExchange(view, index, a, b)
    default:
      throw new Error(`No operation ${operation}`)
  }
}
