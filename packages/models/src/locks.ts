/** Locks: nobody is inside with somebody else, and nobody sleeps for ever. */
import { counter, tryLock } from "@outlive/programs"
import type { EngineModel } from "./model.js"
import { programModel } from "./program-model.js"

const count = (name: string, threads: number, turns: number, spins = 0): EngineModel =>
  programModel(counter, { threads, turns, ...(threads > 3 ? { preemptions: 3 } : {}) }, { name, spins })

export const LOCKS: readonly EngineModel[] = [
  count("mutex-2", 2, 1),
  count("mutex-2x2", 2, 2),
  count("mutex-3", 3, 1),
  count("mutex-4", 4, 1),
  count("spin-2", 2, 1, 1),
  count("spin-3", 3, 1, 1),
  programModel(tryLock, { threads: 2, turns: 1 }, { name: "try-lock" }),
]
