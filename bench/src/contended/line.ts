/** The start lines of a contended run, and its end. Spins: a thread that has to be woken starts too late. */
const OVER = 0
const ARRIVED = 1

export class Line {
  readonly #words: Int32Array
  readonly #threads: number
  #passed = 0

  constructor(threads: number, buffer = new SharedArrayBuffer(8)) {
    this.#words = new Int32Array(buffer)
    this.#threads = threads
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer as SharedArrayBuffer
  }

  /** Returns in all threads at once, when the last has come. May be used again, by all. */
  startTogether(): void {
    this.#passed++
    Atomics.add(this.#words, ARRIVED, 1)
    while (Atomics.load(this.#words, ARRIVED) < this.#passed * this.#threads);
  }

  /** The first to be done ends the run for all. */
  end(): void {
    Atomics.store(this.#words, OVER, 1)
  }

  isOver(): boolean {
    return Atomics.load(this.#words, OVER) === 1
  }
}
