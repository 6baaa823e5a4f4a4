/**
 * What would end the process, or begin a thread that nobody orders. A thread of a model that calls `process.exit` ends the
 * thread that explores, and with it the test, with code 0: as if all were well. So that is seen.
 */
import { syncBuiltinESMExports } from "node:module"
import workerThreads from "node:worker_threads"
import { construct } from "./construct.js"
import { slot } from "./native.js"

type AnyFunction = (...parameters: unknown[]) => unknown

const ENDS = ["exit", "reallyExit", "abort"] as const

type Ends = Record<string, AnyFunction | undefined>

const here = process as unknown as Ends
/** On what was replaced, by whichever copy of this package. */
const REPLACED = Symbol.for("@outlive/explore: replaced")

/**
 * Before each exploration, and on import: modules may have taken these before a model runs, and some test runners put their own
 * in place, or the platform's back.
 */
export function replaceEnds(): void {
  for (const name of ENDS) {
    const platforms = here[name]
    if (platforms === undefined || REPLACED in platforms) continue
    const told: AnyFunction = (...parameters) => {
      if (slot.runner !== undefined) {
        // Of the platform's `exit` that somebody kept: while a process is said to end, no `nextTick` runs any more.
        if (name === "reallyExit") Reflect.set(process, "_exiting", false)
        slot.runner.exit(`process.${name}(${parameters.map(String).join(", ")})`)
      }
      return platforms.apply(process, parameters)
    }
    here[name] = Object.assign(told, { [REPLACED]: true })
  }
}

/** Once, on import. */
export function replaceProcess(): void {
  replaceEnds()
  const Worker: typeof workerThreads.Worker = new Proxy(workerThreads.Worker, {
    construct(target, parameters, as) {
      slot.runner?.refuse("worker", "starts a Worker, whose code is no thread of the model: make it one")
      return construct(target, parameters, as, Worker)
    },
  })
  ;(workerThreads as unknown as { Worker: typeof Worker }).Worker = Worker
  syncBuiltinESMExports()
}
