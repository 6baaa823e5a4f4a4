/** When enough has been seen to say what becomes of a fence. */
import type { Board, Side } from "./board.js"
import type { FenceType } from "./fence-type.js"

/** So often each. */
const ENOUGH = 50
const LIVES = 12
const REFUSALS = 5
const ASKED = 40

const AFTERWARDS = [
  "named after it went",
  "asked after it went",
  "waited for after it went",
  "hung on after it went",
  "dropped after it went",
] as const satisfies readonly Side[]

type Times = (side: Side) => number

/** The module went while its fences were held, and everything was done to them afterwards. */
export const hasOutlived = (times: Times, isAsked: boolean): boolean =>
  times("unloaded while held") >= LIVES &&
  AFTERWARDS.every((side) => times(side) >= ENOUGH) &&
  (!isAsked || times("asked while it stops") >= ASKED)

/** The module was refused while its fences were held, and went when the last was given back. */
export const isBound = (times: Times): boolean =>
  times("refused while held") >= REFUSALS && times("gone after the last put") >= REFUSALS

export function isTold(board: Board, types: readonly FenceType[]): boolean {
  const times: Times = (side) => board.times(side)
  return (
    hasOutlived(
      times,
      types.some(({ isAsked }) => isAsked),
    ) || isBound(times)
  )
}
