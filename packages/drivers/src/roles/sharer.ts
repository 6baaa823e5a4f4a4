/**
 * Whoever passes fences on: a process that puts the fences of one driver into syncobjs, sync files and reservations, and so into
 * containers, which others wait for and name. What it keeps stays there while modules go.
 */
import { type Fence, FenceArray, Reservation, SyncFile, Syncobj, Usage } from "@outlive/core"
import { type Role, type Stage, defineRole } from "@outlive/workers"
import type { Board } from "../board.js"
import { bindAll } from "../cast.js"
import { type Tokens, attemptOn, noteOn } from "../desk.js"
import type { FenceType } from "../fence-type.js"
import { waitFor } from "../wait-for.js"

const WAIT_MS = 2
const IDLE_MS = 0.1
/** So many are put into what it keeps before that is emptied. */
const MOST_KEPT = 24

export const sharerOf = (types: readonly FenceType[]): Role<Tokens> =>
  defineRole<Tokens>({
    name: "sharer",
    claim: "What holds fences of several drivers can be waited for, named and emptied, whichever of them has gone.",
    seen: ["fences were passed on"],
    play(stage) {
      const { board } = bindAll(types, stage)
      const shelf = new Shelf(stage, board)
      while (stage.running) {
        if (board.isLettingGo) shelf.clear()
        else {
          attemptOn(stage, board, "passes fences on", () => shelf.put())
          attemptOn(stage, board, "uses what holds fences", () => shelf.use())
        }
        stage.sleep(IDLE_MS)
      }
      shelf.end()
    },
  })

/** What one process keeps. */
class Shelf {
  readonly #stage: Stage<Tokens>
  readonly #board: Board
  readonly #timeline: Syncobj
  readonly #binary: Syncobj
  #buffer: Reservation
  #file: SyncFile | undefined
  #point = 0n
  #kept = 0

  constructor(stage: Stage<Tokens>, board: Board) {
    this.#stage = stage
    this.#board = board
    this.#timeline = Syncobj.create(stage.thread)
    this.#binary = Syncobj.create(stage.thread)
    this.#buffer = Reservation.create(stage.thread)
  }

  /** A fence that is found goes into one of these; of two an array is made first. */
  put(): void {
    const { random, thread } = this.#stage
    using first = this.#stage.anyFence()
    if (!first) return
    if (this.#kept === 0) this.#board.hold(this.#stage.index, 1)
    this.#kept++
    using second = this.#stage.anyFence()
    using both = second && random.oneIn(2) ? FenceArray.create(thread, [first, second]) : undefined
    this.#keep(first, both ?? first)
    noteOn(this.#stage, this.#board, "fences were passed on")
    if (this.#kept > MOST_KEPT) this.clear()
  }

  /** Reservations take fences one by one, the others containers as well. */
  #keep(plain: Fence, fence: Fence): void {
    const { random, thread } = this.#stage
    const where = random.below(4)
    if (where === 0) this.#timeline.addPoint(++this.#point, fence)
    else if (where === 1) this.#binary.replaceFence(fence)
    else if (where === 2) this.#reserve(plain)
    else {
      using file = SyncFile.create(thread, fence)
      const before = this.#file
      this.#file = before ? before.merge(file) : file.merge(file)
      before?.drop()
    }
  }

  #reserve(fence: Fence): void {
    this.#buffer.locked(() => {
      this.#buffer.reserve(1)
      this.#buffer.add(fence, this.#stage.random.oneIn(2) ? Usage.Read : Usage.Bookkeep)
    })
  }

  /** Waits, asks and names: through the containers, and so each fence that is in them. */
  use(): void {
    const { random } = this.#stage
    const which = random.below(5)
    if (which === 0 && this.#point > 0n) void this.#timeline.query()
    else if (which === 1) void this.#file?.info()
    else if (which === 2) void this.#buffer.testSignaled(Usage.Bookkeep)
    else if (which === 3) this.#buffer.describe()
    else if (this.#file) {
      using fence = this.#file.fence()
      waitFor(fence, WAIT_MS)
    }
  }

  /** Lets go of everything. */
  clear(): void {
    if (this.#kept === 0) return
    const { thread } = this.#stage
    attemptOn(this.#stage, this.#board, "empties what holds fences", () => {
      this.#timeline.reset()
      this.#binary.reset()
      this.#point = 0n
      this.#file?.drop()
      this.#file = undefined
      this.#buffer.drop()
      this.#buffer = Reservation.create(thread)
    })
    this.#kept = 0
    this.#board.hold(this.#stage.index, -1)
  }

  end(): void {
    this.clear()
    for (const object of [this.#timeline, this.#binary, this.#buffer]) object.drop()
  }
}
