/** What a thread can do beyond its issuers' fences: a program has it if it imports it (`src/entries/parts.ts`). */
import { lacking } from "../host/families.js"
import type { callDeferred, deferFunction } from "./deferred-functions.js"
import type { Watch } from "./watch.js"
import type { Works } from "./works.js"

interface ThreadParts {
  readonly Watch: typeof Watch
  readonly Works: typeof Works
  readonly callDeferred: typeof callDeferred
  readonly deferFunction: typeof deferFunction
}

let parts: ThreadParts | undefined

export function provideThreadParts(provided: ThreadParts): void {
  parts = provided
}

/** @throws HeapError NOT_IMPORTED */
export function threadParts(): ThreadParts {
  return parts ?? lacking("all")
}
