/** Putting a module's function off until a grace period has passed. What is due is dealt with meanwhile. */
import { deferFunction as deferIt } from "../functions"
import { settle } from "../work"

/** Defers a function of the module with this text: 1, or 0 when there is no callback record left (`functions.ts`). */
export function deferFunction(thread: i32, text: i32, number: i32, argument: i32): i32 {
  const deferred = deferIt(thread, text, number, argument)
  settle(thread)
  return deferred
}
