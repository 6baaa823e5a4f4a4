/** Lock words: free, or held by a thread that is there. */
import { Size, Thread as ThreadWords, ThreadState } from "../../../built/layout.js"
import { hex } from "./problem.js"
import type { Survey } from "./survey.js"

/** The parts of a lock word, as in `engine/locks/word.ts` and `ww-mutex.ts`. */
const OWNER = 0xffff
const PARKED = 0x10000
const CONTEXT = 0x20000

/** Address of the thread record whose lock this is; 0 when the word is free, or no lock word. */
export function holderOf(survey: Survey, value: number): number {
  const owner = value & OWNER
  return owner >= 1 && owner <= survey.map.threadCapacity ? survey.map.threads + (owner - 1) * Size.Thread : 0
}

/** Whether the lock was taken as one of several. */
export function isTicketed(value: number): boolean {
  return (value & CONTEXT) !== 0
}

/** Reports a word that says what no lock word says, or that is held by a seat where nobody sits. */
export function checkLockWord(survey: Survey, address: number, where: string, mayBeTicketed = false): void {
  const value = survey.word(address)
  if (value === 0) return
  const holder = holderOf(survey, value)
  const bits = OWNER | PARKED | (mayBeTicketed ? CONTEXT : 0)
  if ((value & ~bits) !== 0 || holder === 0)
    survey.report("lock", address, where, `It is ${hex(value)}, which no lock word is`)
  else if (survey.word(holder + ThreadWords.state) === ThreadState.Free)
    survey.report("lock", address, where, `It is held by seat ${value & OWNER}, in which no thread is`)
}
