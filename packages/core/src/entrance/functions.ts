/** Functions that somebody gave. */
import { show } from "./numbers.js"

/** In the type of a body that must be over when it returns: refuses one that returns a promise. */
export type Synchronous<T> = (() => T) &
  ([T] extends [never]
    ? unknown
    : T extends PromiseLike<unknown>
      ? "An async body would go on after the section has ended"
      : unknown)

/** @throws TypeError for what cannot be called */
export function callable<F>(what: string, body: F): F {
  if (typeof body === "function") return body
  throw new TypeError(`Cannot use ${show(body)} as ${what}: a function is needed`)
}

/** The same for a body that must be over when it returns. @throws TypeError for an async function or a generator */
export function synchronous<F>(what: string, body: F): F {
  callable(what, body)
  const kind = Object.prototype.toString.call(body)
  if (kind === "[object Function]") return body
  throw new TypeError(`Cannot use ${kind.slice(8, -1)} as ${what}: it goes on after its section has ended`)
}

/** What a body returned that must be over by then. @throws TypeError for a promise */
export function overBy<T>(what: string, result: T): T {
  if (typeof (result as { then?: unknown } | undefined)?.then !== "function") return result
  throw new TypeError(`Cannot use a function that returns a promise as ${what}: it goes on after its section has ended`)
}
