/** The words through which a race is started and stopped. */
const WORD = { ready: 0, go: 1, stop: 2, operations: 16 } as const
const SPINS = 20_000

/** Shared by the main thread and all roles. */
export class Control {
  readonly words: Int32Array
  readonly #threads: number

  constructor(
    threads: number,
    buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * (WORD.operations + 32 * threads)),
  ) {
    this.words = new Int32Array(buffer)
    this.#threads = threads
  }

  get buffer(): SharedArrayBuffer {
    return this.words.buffer as SharedArrayBuffer
  }

  /** The start line: returns in all threads at about the same moment. Spins, and sleeps if others are late. */
  startTogether(thread: number, osThread: number): void {
    const { words } = this
    words[this.slotOf(thread) + 1] = osThread
    if (Atomics.add(words, WORD.ready, 1) + 1 === this.#threads) {
      Atomics.store(words, WORD.go, 1)
      Atomics.notify(words, WORD.go)
      return
    }
    for (let i = 0; i < SPINS; i++) if (Atomics.load(words, WORD.go) === 1) return
    // A thread that dies before the line must not hold the others for ever: stop() lets them go.
    Atomics.wait(words, WORD.go, 0)
  }

  /** Whether the start line is open. */
  get hasBegun(): boolean {
    return Atomics.load(this.words, WORD.go) === 1
  }

  get running(): boolean {
    return Atomics.load(this.words, WORD.stop) === 0
  }

  /** Ends the race: every role finishes its operation and cleans up. */
  stop(): void {
    Atomics.store(this.words, WORD.stop, 1)
    Atomics.store(this.words, WORD.go, 1)
    Atomics.notify(this.words, WORD.go)
  }

  /** The worker's own number, as it wrote it at the start line. */
  osThreadOf(thread: number): number {
    return this.words[this.slotOf(thread) + 1]!
  }

  /** Where a thread counts its operations: a line of its own, read by the main thread for progress. */
  slotOf(thread: number): number {
    return WORD.operations + 32 * thread
  }

  /** Operations so far, of all threads. May be late. */
  get operations(): number {
    let sum = 0
    for (let i = 0; i < this.#threads; i++) sum += this.words[this.slotOf(i)]!
    return sum
  }
}
