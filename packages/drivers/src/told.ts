/** When enough has been seen to say what becomes of a fence. */
import type { Board, Side } from "./board.js"

/** So often each. */
const ENOUGH = 20
const LIVES = 8
const REFUSALS = 3

const AFTERWARDS = [
  "named after it went",
  "asked after it went",
  "waited for after it went",
  "hung on after it went",
  "dropped after it went",
] as const satisfies readonly Side[]

type Times = (side: Side) => number

/** The module went while its fences were held, and everything was done to them afterwards. */
export const hasOutlived = (times: Times): boolean =>
  times("unloaded while held") >= LIVES && AFTERWARDS.every((side) => times(side) >= ENOUGH)

/** The module was refused while its fences were held, and went when the last was given back. */
export const isBound = (times: Times): boolean =>
  times("refused while held") >= REFUSALS && times("gone after the last put") >= REFUSALS

export function isTold(board: Board): boolean {
  const times: Times = (side) => board.times(side)
  return hasOutlived(times) || isBound(times)
}
