/** Whoever holds fences: another driver's reservation, a sync file, a compositor. Holds them while their module goes. */
import type { Fence } from "@outlive/core"
import { type Role, type Stage, defineRole } from "@outlive/workers"
import type { Board } from "../board.js"
import { type Company, bindAll } from "../cast.js"
import { type Tokens, attemptOn, noteOn } from "../desk.js"
import type { FenceType } from "../fence-type.js"
import { waitFor } from "../wait-for.js"

/** So many it holds at most, and so long it waits. */
const HOARD = 12
const WAIT_MS = 2
const IDLE_MS = 0.1

interface Held {
  readonly fence: Fence
  /** In which life of its module it was found. */
  readonly life: number
}

export const userOf = (types: readonly FenceType[]): Role<Tokens> =>
  defineRole<Tokens>({
    name: "user",
    claim: "A fence can be named, asked, waited for and dropped, whatever has become of its module.",
    play(stage) {
      const company = bindAll(types, stage)
      const { board } = company
      const hoard: Held[] = []
      while (stage.running) {
        if (board.isLettingGo) {
          dropAll(stage, board, hoard)
          stage.sleep(IDLE_MS)
          continue
        }
        if (hoard.length < HOARD) take(stage, board, hoard)
        if (hoard.length === 0) {
          stage.sleep(IDLE_MS)
          continue
        }
        const held = stage.any(hoard)
        use(stage, company, held)
        stage.pause()
        if (stage.random.oneIn(3)) drop(stage, board, hoard.splice(hoard.indexOf(held), 1)[0]!)
      }
      dropAll(stage, board, hoard)
    },
  })

function take(stage: Stage<Tokens>, board: Board, hoard: Held[]): void {
  const { life } = board
  const slot = stage.random.below(stage.settings.slots)
  let fence: Fence | undefined
  attemptOn(stage, board, "takes a reference", () => void (fence = stage.thread.openAt(slot)))
  if (!fence) return
  board.hold(stage.index, 1)
  hoard.push({ fence, life })
}

function use(stage: Stage<Tokens>, { board, all, ownCell }: Company, { fence, life }: Held): void {
  const isGone = board.life > life
  const which = stage.random.below(6)
  const done = (
    side: "named after it went" | "asked after it went" | "waited for after it went" | "hung on after it went",
  ) => isGone && noteOn(stage, board, side)
  if (which === 0) {
    const named = attemptOn(stage, board, "reads a name", () => void fence.driverName())
    if (named && attemptOn(stage, board, "reads a name", () => void fence.timelineName())) done("named after it went")
  } else if (which === 1) {
    if (attemptOn(stage, board, "asks for the status", () => void fence.status())) done("asked after it went")
  } else if (which === 2) {
    if (attemptOn(stage, board, "waits", () => waitFor(fence, WAIT_MS))) done("waited for after it went")
  } else if (which === 3) {
    if (attemptOn(stage, board, "hangs on and takes down", () => hang(fence, ownCell))) done("hung on after it went")
  } else if (which === 4) attemptOn(stage, board, "sets a deadline", () => fence.setDeadline(1n))
  else
    for (const { desk, code } of all)
      if (desk.isOf(fence)) attemptOn(stage, board, "judges a fence", () => code.judge?.(fence))
}

function hang(fence: Fence, counter: number): void {
  const callback = fence.addCounter(counter)
  if (callback !== "already-signaled") callback.remove()
}

function drop(stage: Stage<Tokens>, board: Board, { fence, life }: Held): void {
  const isGone = board.life > life
  if (attemptOn(stage, board, "drops a fence", () => fence.drop()) && isGone)
    noteOn(stage, board, "dropped after it went")
  board.hold(stage.index, -1)
}

function dropAll(stage: Stage<Tokens>, board: Board, hoard: Held[]): void {
  for (const held of hoard.splice(0)) drop(stage, board, held)
}
