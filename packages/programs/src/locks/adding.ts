/** What programs do under one lock: they add to a word as only somebody who is alone can, by a load and a store. */
import { type Part, type Place, must } from "../program.js"

export const LOCK = 0
export const COUNT = 1
/** A turn that added. */
export const ADDED = 1

/** Waits for the lock, adds one, gives it back. */
export const adder: Part<void> = {
  name: "adder",
  play({ engine, record, cell, read, write }) {
    const [lock, count] = [cell(LOCK), cell(COUNT)]
    return () => {
      engine.lock(record, lock)
      write(count, read(count) + 1)
      engine.unlock(record, lock)
      return ADDED
    }
  },
}

/** So many were added; who died may have added already. @throws ClaimError */
export function mustCount({ cell, read }: Place, added: number, died: number): void {
  const lost = (added | 0) - read(cell(COUNT))
  must(-died <= lost && lost <= 0, `Of ${added} additions ${lost} were lost`)
}
