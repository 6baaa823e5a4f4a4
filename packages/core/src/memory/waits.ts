/** Who waits for which fence, and which of them holds up the others. A snapshot for messages: it may be late. */
import { isJob, readWaitEdges } from "./wait-edges.js"

/** All of it, as it was read when this was made. Whoever acts on a fence opens it by its generation, and looks again. */
export class Waits {
  readonly #words: Int32Array
  /** By fence: the threads that wait for it themselves. */
  readonly #seats = new Map<number, number[]>()
  /** By fence: the fences that wait for it. */
  readonly #heldUp = new Map<number, number[]>()
  /** The fences that wait for another. */
  readonly #waiting = new Set<number>()

  /** `seats`: addresses of the threads that are attached. */
  constructor(words: Int32Array, seats: readonly number[]) {
    this.#words = words
    readWaitEdges(words, seats, {
      thread: (fence, seat) => add(this.#seats, fence, seat),
      fence: (awaited, waiting) => {
        add(this.#heldUp, awaited, waiting)
        this.#waiting.add(waiting)
      },
    })
  }

  /** The fences that are pending and waited for, by a thread or by a job, and that themselves wait for no other. */
  fences(): number[] {
    const found = [...this.#seats.keys()].filter((fence) => !this.#waiting.has(fence))
    for (const fence of this.#heldUp.keys())
      if (!this.#seats.has(fence) && !this.#waiting.has(fence) && this.#isAwaited(fence)) found.push(fence)
    return found
  }

  /** The threads that wait for a fence, itself or by way of others; none if only jobs do. */
  seatsOf(fence: number): number[] {
    const seats = new Set<number>()
    for (const at of this.#reach(fence)) for (const seat of this.#seats.get(at) ?? []) seats.add(seat)
    return [...seats]
  }

  /** The fences that wait for a fence themselves: arrays, chains, jobs. */
  heldUpBy(fence: number): readonly number[] {
    return this.#heldUp.get(fence) ?? []
  }

  /** An array that nobody waits for holds nobody up. A job does: it is to run. */
  #isAwaited(fence: number): boolean {
    return [...this.#reach(fence)].some((at) => this.#seats.has(at) || (at !== fence && isJob(this.#words, at)))
  }

  /** A fence, and all that waits for it in however many steps. */
  #reach(fence: number): Set<number> {
    const seen = new Set([fence])
    // What is added meanwhile is visited too.
    for (const at of seen) for (const waiting of this.heldUpBy(at)) seen.add(waiting)
    return seen
  }
}

/** These lists are short: most fences have one who waits. */
function add(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else if (!list.includes(value)) list.push(value)
}
