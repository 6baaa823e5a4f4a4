/** Tokens of one word: an address, and which life of the record is meant. */
import { Address } from "../../built/layout.js"
import { show } from "../entrance/numbers.js"
import type { Seat } from "../seat/seat.js"

/** Address of the record that a token names, in use or not. */
export const addressOf = (token: number): number => token & ~Address.TagMask

/** Whether a word may be the token of a record of this kind: what comes from outside may be anything. */
export function isTokenWord(seat: Seat, kind: number, token: number): boolean {
  return Number.isInteger(token) && (token & 1) === 1 && seat.heap.isRecord(kind, token - (token & Address.TagMask))
}

/** The same for whoever needs one. @throws RangeError */
export function tokenWord(seat: Seat, kind: number, what: string, token: number): number {
  if (isTokenWord(seat, kind, token)) return token
  throw new RangeError(`Cannot open ${what}: ${show(token)} is no token`)
}
