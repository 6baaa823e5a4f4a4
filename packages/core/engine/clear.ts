/** Records as they are found by who takes them next. */
import { poke } from "./words"

/** Makes words of a record zero, from one offset up to another. PLAIN: nobody else has it. */
export function clear(record: i32, from: i32, end: i32): void {
  for (let at = from; at < end; at += 4) poke(record + at, 0)
}
