/** How far each thread of a program has come: in shared memory, so that it is known of those that die, too. */
import type { End } from "@outlive/programs"

/** Each thread writes to cache lines of its own. */
const WORDS_PER_THREAD = 32
const BEGUN = 0
const TURNS = 1
const SUM = 2
const LEFT = 3

/** A thread's own account. Numbers wrap around at 32 bits. */
export interface Account {
  begin(): void
  end(answer: number): void
  /** For who has not noted its turns one by one: all of them, and their sum. */
  close(turns: number, sum: number): void
  /** It takes no more turns: said before it lets go who waits for it. */
  leave(): void
}

export class Ledger {
  readonly #words: Int32Array

  constructor(threads: number, buffer = new SharedArrayBuffer(4 * WORDS_PER_THREAD * threads)) {
    this.#words = new Int32Array(buffer)
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer as SharedArrayBuffer
  }

  accountOf(thread: number): Account {
    const words = this.#words
    const at = thread * WORDS_PER_THREAD
    return {
      begin: () => void (words[at + BEGUN] = words[at + BEGUN]! + 1),
      end(answer) {
        words[at + SUM] = words[at + SUM]! + answer
        words[at + TURNS] = words[at + TURNS]! + 1
      },
      close(turns, sum) {
        words[at + BEGUN] = turns
        words[at + TURNS] = turns
        words[at + SUM] = sum
      },
      leave: () => void Atomics.store(words, at + LEFT, 1),
    }
  }

  /** Whether it takes no more turns. Of one that died nobody knows. */
  hasLeft(thread: number): boolean {
    return Atomics.load(this.#words, thread * WORDS_PER_THREAD + LEFT) !== 0
  }

  /** After the threads have ended, or died. */
  endOf(thread: number, part: string): End {
    const at = thread * WORDS_PER_THREAD
    const [begun, turns, sum] = [BEGUN, TURNS, SUM].map((word) => Atomics.load(this.#words, at + word)) as [
      number,
      number,
      number,
    ]
    return { part, turns, sum, died: begun !== turns }
  }
}
