/** The public API: programs as data, and what it takes to write one. */
export { PROGRAMS } from "./all.js"
export { assertProgram, findProgram } from "./find.js"
export { issue } from "./fences/issue.js"
export { pingPong } from "./fences/ping-pong.js"
export { waitFor } from "./fences/waiting.js"
export { counter } from "./locks/counter.js"
export { tryLock } from "./locks/try-lock.js"
export { twoLocks } from "./locks/two-locks.js"
export { readers } from "./reclamation/readers.js"
export {
  type AnyProgram,
  ClaimError,
  type End,
  type Needs,
  type Part,
  type Place,
  type Program,
  type Size,
  type Twin,
  dealt,
  defineProgram,
  must,
  roomFor,
  total,
} from "./program.js"
