/**
 * Replaces the functions of the global Atomics, once, on import. Outside of an exploration each one passes through, for
 * the price of one look at a slot. Code that took `const { load } = Atomics` before is out of reach.
 */
import { slot } from "./native.js"
import type { IntegerView } from "./operation.js"
import {
  ADD,
  AND,
  COMPARE_EXCHANGE,
  EXCHANGE,
  LOAD,
  NOTIFY,
  OR,
  STORE,
  SUB,
  WAIT,
  WAIT_ASYNC,
  XOR,
} from "./operation.js"

import { replaceProcess } from "./process.js"
import { targetOf } from "./targets.js"

/** Said by a runner of a view that is not on the model's memory. */
export const NOT_OURS = Symbol("not ours")

type AnyFunction = (...parameters: unknown[]) => unknown

function replace(name: string, make: (original: AnyFunction) => AnyFunction): void {
  const original = (slot.functions as unknown as Record<string, AnyFunction | undefined>)[name]
  if (original === undefined) return
  const value = make(original)
  Object.defineProperty(value, "name", { value: name })
  Object.defineProperty(Atomics, name, { value, writable: true, configurable: true })
}

function replaceOnCell(name: string, operation: number): void {
  replace(name, (original) => (view, index, a, b) => {
    const runner = slot.runner
    if (runner !== undefined) {
      const result = runner.visit(operation, view as IntegerView, index, a, b, undefined)
      if (result !== NOT_OURS) return result
    }
    return original(targetOf(view), index, a, b)
  })
}

/** For loops that wait by looking again: declares that the reads since the last write changed nothing. */
export function relax(): void {
  slot.runner?.relax()
}

/**
 * Waits by looking again until the condition gives back something true, and gives that back. The condition only reads, or tries
 * with a compareExchange, and keeps nothing of a look in vain: so in how many looks it came to hold makes no difference, and
 * an exhaustive search explores one order where others would differ in such looks only. Nobody who makes it hold is a
 * livelock or a deadlock, as with any loop. Outside of an exploration it spins.
 */
export function until<T>(condition: () => T): T {
  for (;;) {
    const value = condition()
    if (value) return value
    slot.runner?.await()
  }
}

/**
 * Of all executions, only those are asked for in which this holds. Others end here for this thread, are counted as `blocked`,
 * and not checked; the other threads go on, so that orders in which it holds are found.
 */
export function assume(condition: boolean): void {
  if (!condition) slot.runner?.drop()
}

function install(): void {
  replaceOnCell("load", LOAD)
  replaceOnCell("store", STORE)
  replaceOnCell("add", ADD)
  replaceOnCell("sub", SUB)
  replaceOnCell("and", AND)
  replaceOnCell("or", OR)
  replaceOnCell("xor", XOR)
  replaceOnCell("exchange", EXCHANGE)
  replaceOnCell("compareExchange", COMPARE_EXCHANGE)
  replace("wait", (original) => (view, index, value, timeoutMs) => {
    const result = slot.runner?.visit(WAIT, view as IntegerView, index, value, undefined, timeoutMs) ?? NOT_OURS
    return result === NOT_OURS ? original(targetOf(view), index, value, timeoutMs) : result
  })
  replace("notify", (original) => (view, index, count) => {
    const result = slot.runner?.visit(NOTIFY, view as IntegerView, index, count, undefined, undefined) ?? NOT_OURS
    return result === NOT_OURS ? original(targetOf(view), index, count) : result
  })
  replace("waitAsync", (original) => (view, index, value, timeoutMs) => {
    const result = slot.runner?.visit(WAIT_ASYNC, view as IntegerView, index, value, undefined, timeoutMs) ?? NOT_OURS
    return result === NOT_OURS ? original(targetOf(view), index, value, timeoutMs) : result
  })
}

if (!slot.installed) {
  slot.installed = true
  install()
  replaceProcess()
}
