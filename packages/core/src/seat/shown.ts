/** What `console.log` shows of a handle in Node: a line, and not all that it leads to, the heap's words among them. */

/** Node asks for the method of this name. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never

/** A handle in a line: `Mutex 0x1a40 (thread "main")`. */
export function shown(handle: object, address: number, thread: { readonly name: string }): string {
  const what = handle.constructor.name
  return `${what} ${address === 0 ? "(dropped)" : `0x${address.toString(16)}`} (thread "${thread.name}")`
}

/** The address of a handle, or 0 when it has none any more. Never throws. */
export function addressOf(handle: { readonly address: number }): number {
  try {
    return handle.address
  } catch {
    return 0
  }
}
