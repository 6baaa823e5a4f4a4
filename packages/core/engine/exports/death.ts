/** Clearing up after a thread that died, and settling what that has put off. */
import { reclaim as clearUp } from "../fence/reclaim"
import { settle } from "../work"

/** Clears up after `dead`, whose thread no longer runs: 1, or 0 if there was nothing to do or somebody else is at it. */
export function reclaim(thread: i32, dead: i32): i32 {
  const done = clearUp(thread, dead)
  settle(thread)
  return done
}
