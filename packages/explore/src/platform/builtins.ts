/**
 * What modules import from Node instead of taking it from the global object: the same timers and channels. ES modules see the
 * change where they have imported before; code that destructured what `require` gave does not.
 */
import { syncBuiltinESMExports } from "node:module"
import timers from "node:timers"
import timersPromises from "node:timers/promises"
import workerThreads from "node:worker_threads"
import { slot } from "./native.js"

type AnyFunction = (...parameters: never[]) => unknown
type Module = Record<string, unknown>

interface Waiting {
  readonly signal?: AbortSignal
}

/** While a thread runs, the global is the one to take. */
const global = (name: string) => (globalThis as unknown as Record<string, AnyFunction>)[name]!
const TIMERS = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate"]

function after<T>(delayMs: number | undefined, value: T, { signal }: Waiting = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(new DOMException("The operation was aborted", "AbortError"))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort)
      resolve(value)
    }, delayMs)
    if (signal?.aborted === true) abort()
    else signal?.addEventListener("abort", abort, { once: true })
  })
}

const PROMISES: Readonly<Record<string, AnyFunction>> = {
  setTimeout: after as AnyFunction,
  setImmediate: ((value: unknown, how?: Waiting) => after(0, value, how)) as AnyFunction,
}

const replaced: { readonly module: Module; readonly name: string; readonly platforms: unknown }[] = []

function replace(module: object, name: string, instead: AnyFunction): void {
  const platforms = (module as Module)[name] as AnyFunction
  replaced.push({ module: module as Module, name, platforms })
  ;(module as Module)[name] = (...parameters: never[]) =>
    (slot.runner?.loop === undefined ? platforms : instead)(...parameters)
}

export function replaceBuiltins(): void {
  for (const name of TIMERS) replace(timers, name, (...parameters) => global(name)(...parameters))
  for (const [name, instead] of Object.entries(PROMISES)) replace(timersPromises, name, instead)
  replaced.push({ module: workerThreads as unknown as Module, name: "MessageChannel", platforms: MessageChannel })
  ;(workerThreads as unknown as Module)["MessageChannel"] = function Channel() {
    return new globalThis.MessageChannel()
  }
  syncBuiltinESMExports()
}

export function restoreBuiltins(): void {
  for (const { module, name, platforms } of replaced.splice(0)) module[name] = platforms
  syncBuiltinESMExports()
}
