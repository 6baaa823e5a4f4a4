/** The start lines of a contended run, and its end. */
import { StartLine } from "@outlive/workers"

const OVER = StartLine.WORDS

export class Line {
  readonly #words: Int32Array
  readonly #start: StartLine

  constructor(threads: number, buffer = new SharedArrayBuffer(4 * (StartLine.WORDS + 1))) {
    this.#words = new Int32Array(buffer)
    this.#start = new StartLine(threads, this.#words.subarray(0, StartLine.WORDS))
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer as SharedArrayBuffer
  }

  /** Returns in all threads at once, when the last has come: none sleeps, for one that has to be woken starts too late. */
  startTogether(): void {
    this.#start.cross({ spins: Infinity })
  }

  /** The first to be done ends the run for all. */
  end(): void {
    Atomics.store(this.#words, OVER, 1)
  }

  isOver(): boolean {
    return Atomics.load(this.#words, OVER) === 1
  }
}
