/** A waiter that hangs on a syncobj: it rings this thread's bell when its fence is there, and has it by then. */
import { Refusal } from "../../built/layout.js"
import { highWord, lowWord } from "../entrance/wide.js"
import { type Seat, dropFence } from "../seat/seat.js"

/** A point of a syncobj's timeline (0: the place itself), by address. */
export interface PointAddress {
  readonly syncobj: number
  readonly point: bigint
}

/** The fence at a point, with a reference; 0 if there is none. */
export function findFence(seat: Seat, { syncobj, point }: PointAddress): number {
  const answer = seat.ask.tryFenceAt(seat.record, syncobj, lowWord(point), highWord(point))
  return seat.told(answer, dropFence)
}

/**
 * Its record holds the syncobj, and what was handed to it, until it is taken down. A ring too many does no harm: `take` says
 * whether something has come.
 */
export class Submission {
  readonly #seat: Seat
  readonly #at: PointAddress
  #node: number

  /** Hangs one up; "later" when the syncobj's lock stays taken. @throws HeapError FULL */
  static hang(seat: Seat, at: PointAddress): Submission | "later" {
    const { ask, heap, record } = seat
    const node = seat.told(
      ask.tryAddWaiter(record, at.syncobj, lowWord(at.point), highWord(at.point)),
      (added) => void (added > 0 && seat.told(ask.removeWaiter(record, added))),
    )
    if (node === 0) throw heap.fullError("callbacks")
    return node === Refusal.Busy ? "later" : new Submission(seat, at, node)
  }

  private constructor(seat: Seat, at: PointAddress, node: number) {
    this.#seat = seat
    this.#at = at
    this.#node = node
  }

  /** The fence on which the point depends, with a reference that is the caller's; 0 while nothing was handed over. */
  take(): number {
    const seat = this.#seat
    const handed = this.#node === 0 ? 0 : seat.engine.takeSubmission(this.#node)
    if (handed === 0) return 0
    const { point } = this.#at
    let found = -1
    try {
      // It takes over the reference, if the chain has come so far; and it has.
      const answer = seat.ask.tryFindSeqno(seat.record, handed, lowWord(point), highWord(point))
      found = answer as unknown as number
      found = seat.told(answer, (link) => void (link > 0 && seat.dropFence(link)))
    } finally {
      if (found < 0) seat.dropFence(handed)
    }
    return found > 0 ? found : seat.addStub()
  }

  /** Takes it down, and gives back what it was handed and nobody took. Idempotent, and never waits for a lock. */
  cancel(): void {
    const node = this.#node
    this.#node = 0
    const seat = this.#seat
    // Who cleared up after a seat that is gone has taken down what hung.
    if (node === 0 || !seat.isAttached) return
    const { ask, record } = seat
    const remove = () => seat.told(ask.tryRemoveWaiter(record, node))
    if (remove() === Refusal.Busy) seat.mail.abandon(() => remove() !== Refusal.Busy)
  }
}
