/** Functions that somebody gave. */
import { show } from "./numbers.js"

/** In the type of a body that must be over when it returns: refuses one that returns a promise. */
export type Synchronous<T> = (() => T) &
  ([T] extends [never]
    ? unknown
    : T extends PromiseLike<unknown>
      ? "An async body would go on after the section has ended"
      : unknown)

/** "Function", "AsyncFunction", "GeneratorFunction", "AsyncGeneratorFunction". */
const kindOf = ({ constructor }: object) => constructor?.name as string

/** @throws TypeError for what cannot be called, and for a generator, of which a call runs nothing */
export function callable<F>(what: string, body: F): F {
  // Most are plain functions, which costs one look.
  if (typeof body === "function" && (body.constructor === Function || !/Generator/.test(kindOf(body)))) return body
  throw new TypeError(`Cannot use ${show(body)} as ${what}: a function, no generator, is needed`)
}

/** The same for a body that must be over when it returns. @throws TypeError for an async function, too */
export function synchronous<F>(what: string, body: F): F {
  const kind = kindOf(callable(what, body) as object)
  if (!/Async/.test(kind)) return body
  throw new TypeError(`Cannot use ${kind} as ${what}: it goes on after its section has ended`)
}

/** What a body returned that must be over by then. @throws TypeError for a promise */
export function overBy<T>(what: string, result: T): T {
  if (typeof (result as { then?: unknown } | undefined)?.then !== "function") return result
  throw new TypeError(`Cannot use a function that returns a promise as ${what}: it goes on after its section has ended`)
}
