/**
 * What would end the process, or begin a thread that nobody orders. A thread of a model that calls `process.exit` ends the
 * thread that explores, and with it the test, with code 0: as if all were well. So that is seen.
 */
import { syncBuiltinESMExports } from "node:module"
import workerThreads from "node:worker_threads"
import { slot } from "./native.js"

type AnyFunction = (...parameters: unknown[]) => unknown

const ENDS = ["exit", "reallyExit", "abort"] as const

/** Once, on import: modules may have taken these before a model runs. */
export function replaceProcess(): void {
  const here = process as unknown as Record<string, AnyFunction | undefined>
  for (const name of ENDS) {
    const platforms = here[name]
    if (platforms === undefined) continue
    here[name] = (...parameters) => {
      if (slot.runner !== undefined) slot.runner.exit(`process.${name}(${parameters.map(String).join(", ")})`)
      return platforms.apply(process, parameters)
    }
  }
  ;(workerThreads as unknown as { Worker: typeof workerThreads.Worker }).Worker = new Proxy(workerThreads.Worker, {
    construct(target, parameters, as) {
      slot.runner?.refuse("worker", "starts a Worker, whose code is no thread of the model: make it one")
      return Reflect.construct(target, parameters, as) as object
    },
  })
  syncBuiltinESMExports()
}
