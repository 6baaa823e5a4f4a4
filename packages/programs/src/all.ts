/** The programs there are: a line each. */
import { issue } from "./fences/issue.js"
import { pingPong } from "./fences/ping-pong.js"
import { signals } from "./fences/signals.js"
import { waiters } from "./fences/waiters.js"
import { counter } from "./locks/counter.js"
import { tryLock } from "./locks/try-lock.js"
import { twoLocks } from "./locks/two-locks.js"
import type { AnyProgram } from "./program.js"
import { readers } from "./reclamation/readers.js"
import { reuse } from "./reclamation/reuse.js"

export const PROGRAMS: readonly AnyProgram[] = [
  counter,
  tryLock,
  twoLocks,
  readers,
  reuse,
  issue,
  signals,
  waiters,
  pingPong,
]
