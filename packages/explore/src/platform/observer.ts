/** Who is told of plain accesses through views that are seen. */
import type { Value } from "./operation.js"

export interface Observer {
  /** Bytes that were read or written, and what they held, if it is one value. */
  visitPlain(offset: number, bytes: number, write: boolean, before?: Value, after?: Value): void
}

/** Whom to tell: nobody, between executions. */
export type Observing = () => Observer | undefined
