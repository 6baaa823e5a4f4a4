/** Who is told of plain accesses through views that are seen. */
import { slot } from "./native.js"
import type { Value } from "./operation.js"

export interface Observer {
  /** Bytes of a buffer that were read or written, and what they held, if it is one value. */
  visitPlain(
    buffer: ArrayBufferLike,
    offset: number,
    bytes: number,
    write: boolean,
    before?: Value,
    after?: Value,
  ): void
  /** Shared memory is about to be read in a way that is not seen. */
  visitUnseen(how: string): void
}

/** Whom to tell: nobody, between executions, and while code runs that is none of a thread. */
export function observing(): Observer | undefined {
  return slot.runner?.observer
}
