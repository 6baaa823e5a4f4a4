/** Walking over a reservation: where the walk is, and the fence it has come to. */
import { Cursor, Thread as ThreadRecord, Usage as UsageWords } from "../../built/layout.js"
import type { Fence } from "../fence/fence.js"
import { hostOops } from "../host/oops.js"
import { type Seat, dropFence } from "../seat/seat.js"
import { handleOn } from "../fence/handle-on.js"

/** What a fence is there for: `Kernel < Write < Read < Bookkeep`. A question about one usage is about all up to it. */
export const Usage = UsageWords
export type Usage = (typeof UsageWords)[keyof typeof UsageWords]

/** One fence of a reservation. */
export interface ReservedFence {
  /** Good until the walk goes on; use `fence.addRef()` to keep it. */
  readonly fence: Fence
  /** What it is there for. */
  readonly usage: Usage
  /** True for the first, and for each first after the walk had to begin anew: what was collected so far is void. */
  readonly isRestarted: boolean
}

const WORDS = 6
/** A walk begins anew when others change the list. One that does so more often walks over a list that changes by being walked over. */
const MOST_RESTARTS = 50_000

/** A walk; give it up with `end`. Each step is one engine call, which takes up where the words of the last left off. */
export class ReservationWalk {
  readonly #seat: Seat
  readonly #reservation: () => number
  readonly #usage: Usage
  readonly #isLocked: boolean
  /** `Cursor`, kept here between steps: other walks of this thread use the same registers. */
  readonly #cursor = new Int32Array(WORDS)
  #current: Fence | undefined
  #restarts = 0

  /** `reservation`: its address, asked before each step, so that a dropped handle is told. */
  constructor(seat: Seat, reservation: () => number, usage: Usage, isLocked: boolean) {
    this.#seat = seat
    this.#reservation = reservation
    this.#usage = usage
    this.#isLocked = isLocked
  }

  /** The next fence, or undefined at the end; gives up the one before. */
  next(): ReservedFence | undefined {
    const seat = this.#seat
    this.end()
    const reservation = this.#reservation()
    const { ask, engine, record, words } = seat
    const registers = (record + ThreadRecord.registers) >> 2
    const cursor = this.#cursor
    // One by one: `set` and `subarray` take longer than the step.
    for (let i = 0; i < WORDS; i++) words[registers + i] = cursor[i]!
    const answer = this.#isLocked
      ? ask.nextFenceLocked(record, reservation, this.#usage)
      : ask.nextFence(record, reservation, this.#usage)
    for (let i = 0; i < WORDS; i++) cursor[i] = words[registers + i]!
    const address = seat.told(answer, this.#isLocked ? undefined : dropFence)
    if (address === 0) return undefined
    // KERNEL: under the lock a fence needs no reference, but a handle does: it may be kept too long.
    if (this.#isLocked) engine.addRef(address)
    const fence = (this.#current = handleOn(seat, address))
    const found = cursor[Cursor.found >> 2]!
    if ((found & Cursor.Restarted) !== 0 && ++this.#restarts > MOST_RESTARTS) {
      this.end()
      throw hostOops(seat.name, "BROKEN_LIST", `The list of a reservation is never twice the same`, reservation)
    }
    return { fence, usage: (found & ~Cursor.Restarted) as Usage, isRestarted: (found & Cursor.Restarted) !== 0 }
  }

  /** Gives up the fence it has come to. */
  end(): void {
    const current = this.#current
    this.#current = undefined
    current?.drop()
  }

  /** All of it; what is left is given up when the loop is left. */
  *all(): Generator<ReservedFence, void, undefined> {
    try {
      for (let step = this.next(); step; step = this.next()) yield step
    } finally {
      this.end()
    }
  }
}
