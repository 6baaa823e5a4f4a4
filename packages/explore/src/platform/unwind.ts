/** The token that is thrown to stop a thread, and what happens if its code does not let it pass. */
import { slot } from "./native.js"

/** Not an Error: making one costs a stack trace. */
export const UNWIND = Object.freeze({
  toString: () => "the explorer stops this thread here: let this pass through",
})

/** So many operations on the way out are no `finally` any more. */
const PATIENCE = 100_000

export class Swallowed {
  private readonly threadNames: readonly string[]
  private times = 0

  constructor(threadNames: readonly string[]) {
    this.threadNames = threadNames
  }

  /**
   * An operation after the token was thrown: from a `finally`, or from code that catches everything and tries again.
   * The latter never ends, and nothing in the same thread can end it but the end of the process.
   */
  again(thread: number): never {
    if (++this.times > PATIENCE) {
      process.stderr.write(
        `@outlive/explore: thread ${this.threadNames[thread]} catches everything and tries again for ever. ` +
          `The token that stops a thread was swallowed ${PATIENCE} times: catch only what you know, and rethrow the rest.\n`,
      )
      slot.runner = undefined
      // Nothing that throws: this thread would catch it. And some test runners replace `process.exit`.
      ;(process as unknown as { reallyExit(code: number): never }).reallyExit(70)
    }
    throw UNWIND
  }
}
