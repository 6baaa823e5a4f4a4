/**
 * How long somebody waits before it is told that nobody will do it. Counted is what the machine has done meanwhile, never time: on a
 * busy one all of that comes later, and so does what is waited for.
 */
import type { Board } from "./board.js"

/** So often those of a kind who serve others have come round meanwhile, together. */
const ROUNDS = 1_000
/** And so often each of them: one whose processor was taken away may have in its hands what is waited for, while the others go round. */
const ROUNDS_OF_EACH = 2

export class Patience {
  readonly #board: Board
  readonly #mostLooks: number
  readonly #before: { readonly hardware: number; readonly kernel: number }
  readonly #each: readonly { readonly thread: number; readonly rounds: number }[]
  #looks = 0

  /** @param mostLooks so often whoever waits looks at least */
  constructor(board: Board, mostLooks: number) {
    this.#board = board
    this.#mostLooks = mostLooks
    this.#each = board.roundsOfEach()
    this.#before = { hardware: board.rounds("hardware"), kernel: board.rounds("kernel") }
  }

  /** One more look. */
  look(): void {
    this.#looks++
  }

  /** Whether it would have been done: the hardware and the kernel's threads have had their turns. */
  get isOver(): boolean {
    const { hardware, kernel } = this.#before
    return (
      this.#looks >= this.#mostLooks &&
      this.#board.rounds("hardware") - hardware >= ROUNDS &&
      this.#board.rounds("kernel") - kernel >= ROUNDS &&
      this.#each.every(({ thread, rounds }) => this.#board.roundsOf(thread) - rounds >= ROUNDS_OF_EACH)
    )
  }
}
