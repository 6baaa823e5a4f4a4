/** The start line of a contended run, and its end. Spins: a thread that is woken starts too late. */
const READY = 0
const OVER = 1

export class Line {
  readonly #words: Int32Array
  readonly #threads: number

  constructor(threads: number, buffer = new SharedArrayBuffer(8)) {
    this.#words = new Int32Array(buffer)
    this.#threads = threads
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer as SharedArrayBuffer
  }

  /** Returns in all threads at once, when the last has come. */
  startTogether(): void {
    Atomics.add(this.#words, READY, 1)
    while (Atomics.load(this.#words, READY) < this.#threads);
  }

  /** The first to be done ends the run for all. */
  end(): void {
    Atomics.store(this.#words, OVER, 1)
  }

  isOver(): boolean {
    return Atomics.load(this.#words, OVER) === 1
  }
}
