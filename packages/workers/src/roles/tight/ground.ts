/** Where rivals keep together: a line that all cross twice in each round, and how far each has come. */
import { StartLine } from "../../start-line.js"
import { sleep } from "../../perturbation.js"
import type { Random } from "../../random.js"

/** How far one may be ahead of the last. */
const WINDOW = 2
/** What a busy machine can spare before somebody else is to have the processor. */
const SPINS = 400
const SLEEP_MS = 0.05
/** Longer than that sleep. Two of whom each sleeps while the other comes would go on so for ever: now and then one stays awake. */
const AWAKE = 50_000
const AWAKE_ONE_IN = 4

export interface Tight {
  readonly words: SharedArrayBuffer
}

const IS_OVER = StartLine.WORDS
const WINS = IS_OVER + 1
const IS_LATE = WINS + 1
const FIRST_PLACE = 32
/** Each thread writes to a cache line of its own. */
const WORDS_PER_THREAD = 32

export class Ground {
  readonly #words: Int32Array
  readonly #line: StartLine
  readonly #threads: number
  readonly #mine: number
  readonly #random: Random

  static wordsFor(threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer(4 * (FIRST_PLACE + WORDS_PER_THREAD * threads))
  }

  constructor({ words }: Tight, threads: number, index: number, random: Random) {
    this.#words = new Int32Array(words)
    this.#line = new StartLine(threads, this.#words.subarray(0, StartLine.WORDS))
    this.#threads = threads
    this.#random = random
    this.#mine = FIRST_PLACE + WORDS_PER_THREAD * index
  }

  cross(): void {
    this.#line.cross()
  }

  /** Nobody is waited for any more: said by whoever comes out, for whatever reason. */
  end(): void {
    Atomics.store(this.#words, IS_OVER, 1)
    this.#line.open()
  }

  get isOver(): boolean {
    return Atomics.load(this.#words, IS_OVER) === 1
  }

  /** The time is up: this round is finished, and nobody waits for the others at its fences any more. */
  hurry(): void {
    Atomics.store(this.#words, IS_LATE, 1)
  }

  get #isLate(): boolean {
    return this.isOver || Atomics.load(this.#words, IS_LATE) === 1
  }

  /** Comes to the next fence, and waits until everybody is near: from there on they are at it together. */
  come(to: number): void {
    const words = this.#words
    Atomics.store(words, this.#mine, to)
    for (let n = 0; n < this.#threads; n++) {
      const place = FIRST_PLACE + WORDS_PER_THREAD * n
      // As a difference: the count of fences goes around after 2^32.
      const isAhead = () => ((to - Atomics.load(words, place)) | 0) > WINDOW && !this.#isLate
      if (isAhead()) this.#waitWhile(isAhead)
    }
  }

  #waitWhile(isAhead: () => boolean): void {
    for (let left = this.#random.oneIn(AWAKE_ONE_IN) ? AWAKE : SPINS; isAhead(); left--) if (left <= 0) sleep(SLEEP_MS)
  }

  addWins(wins: number): void {
    Atomics.add(this.#words, WINS, wins)
  }

  /** Signals that have won so far, of all threads; goes around after 2^32. */
  get wins(): number {
    return Atomics.load(this.#words, WINS)
  }
}
