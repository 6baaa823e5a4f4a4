/** Versions that are published or given up; each operation settles what it has put off. */
import { discardVersion as discardIt, publishVersion as publishIt } from "../sync/versions"
import { settle } from "../work"

/** Puts the version that this thread has made in the place of the last one: 1, or 0 when that is another by now (`sync/versions.ts`). */
export function publishVersion(thread: i32, object: i32, version: i32, expected: i32, generation: i32): i32 {
  const done = publishIt(thread, object, version, expected, generation)
  settle(thread)
  return done
}

/** Gives up what this thread was making. */
export function discardVersion(thread: i32): void {
  discardIt(thread)
  settle(thread)
}
