/** A start line for threads: returns in all of them at about the same moment. May be crossed again, by all. */
const ARRIVED = 0
/** How often it has been opened. */
const OPENED = 1
const FOR_GOOD = 0x7fffffff
const SPINS = 20_000

export class StartLine {
  /** So many words of the memory that it is given. */
  static readonly WORDS = 2
  readonly #words: Int32Array
  readonly #threads: number
  #crossed = 0

  constructor(threads: number, words: Int32Array) {
    this.#words = words
    this.#threads = threads
  }

  /** Waits for the others: spinning, then asleep. A thread that has to be woken starts late: who measures spins for ever. */
  cross({ spins = SPINS } = {}): void {
    const words = this.#words
    const wanted = ++this.#crossed
    if (Atomics.add(words, ARRIVED, 1) + 1 === wanted * this.#threads) {
      if (Atomics.load(words, OPENED) < wanted) Atomics.store(words, OPENED, wanted)
      Atomics.notify(words, OPENED)
      return
    }
    for (let i = 0; i < spins; i++)
      if (Atomics.load(words, ARRIVED) >= wanted * this.#threads || Atomics.load(words, OPENED) >= wanted) return
    for (let opened = Atomics.load(words, OPENED); opened < wanted; opened = Atomics.load(words, OPENED))
      Atomics.wait(words, OPENED, opened)
  }

  /** Whether all have crossed it at least once, or it was opened. */
  get isOpen(): boolean {
    return Atomics.load(this.#words, OPENED) > 0
  }

  /** Lets everybody go, now and later: a thread that dies before the line must not hold the others for ever. */
  open(): void {
    Atomics.store(this.#words, OPENED, FOR_GOOD)
    Atomics.notify(this.#words, OPENED)
  }
}
