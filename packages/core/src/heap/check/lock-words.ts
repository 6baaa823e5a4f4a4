/** Lock words: free, or held by a thread that is there. */
import { Nobody, Owner, Size, Thread as ThreadWords } from "../../../built/layout.js"
import { hex } from "./problem.js"
import type { Survey } from "./survey.js"

/** Address of the thread record whose lock this is; 0 when the word is free, or no lock word. */
export function holderOf(survey: Survey, value: number): number {
  const owner = value & Owner.Seat
  return (value & Owner.Nibble) === Owner.Mark && owner >= 1 && owner <= survey.map.threadCapacity
    ? survey.map.threads + (owner - 1) * Size.Thread
    : 0
}

/** Whether the lock was taken as one of several. */
export function isTicketed(value: number): boolean {
  return (value & Owner.Context) !== 0
}

/** Reports a word that says what no lock word says, or that is held by a seat where nobody sits. */
export function checkLockWord(survey: Survey, address: number, where: string, mayBeTicketed = false): void {
  const value = survey.word(address)
  if (value === 0) return
  const holder = holderOf(survey, value)
  if (holder === 0 || (!mayBeTicketed && isTicketed(value)))
    survey.report("lock", address, where, `It is ${hex(value)}, which no lock word is`)
  else if (survey.word(holder + ThreadWords.state) !== (value & Owner.Token))
    survey.report("lock", address, where, `It is held by a thread that is not in seat ${value & Owner.Seat}`)
}

/** Whether a seat's state says that nobody is there. */
export function isFree(state: number): boolean {
  return (state & Owner.Seat) === Nobody.Free
}

/** Whether it says that the seat's own thread is there. */
export function isTaken(state: number, index: number): boolean {
  return (state & Owner.Nibble) === Owner.Mark && (state & Owner.Seat) === index + 1
}
