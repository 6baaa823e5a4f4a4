/** What looks through a heap: as large as a third of the host, so a page has it only if it imports it (`src/entries/heap-check.ts`). */
import { HeapError } from "../errors.js"
import type { HeapMap, mapOf } from "./check/heap-map.js"
import type { Problem } from "./check/problem.js"

type Checker = (words: Int32Array, map: HeapMap | undefined) => Problem[]
let checker: Checker | undefined
let draw: typeof mapOf | undefined

export function provideChecker(check: Checker, map: typeof mapOf): void {
  checker = check
  draw = map
}

/** The plan of a heap, for a check to come: undefined if there can be none. */
export function planOf(words: Int32Array): HeapMap | undefined {
  return draw?.(words)
}

/** @throws HeapError NOT_IMPORTED */
export function checkerOfHeaps(): Checker {
  if (checker) return checker
  throw new HeapError(
    "NOT_IMPORTED",
    'Cannot check heap: this program has nothing that could. Import "@outlive/core/heap-check" first',
  )
}
