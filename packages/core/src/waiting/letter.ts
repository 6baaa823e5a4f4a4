/** One function that waits to be called in this thread, and the record that hangs somewhere for it. */
import { Refusal } from "../../built/layout.js"
import type { Subscription } from "../seat/seat.js"

/** What a letter tells its mailbox. */
export interface LetterHost {
  readonly isClosed: boolean
  discard(letter: Letter): void
  rest(): void
  abandon(retry: () => boolean): void
}

/** What taking a record down can come to. */
const REMOVED = 1
const DELIVERED = 0
/** It comes back by itself. */
export const IN_ANOTHERS_HANDS = -3

/**
 * Its life: made, hanging, and then either delivered (the record goes back, the function is called) or cancelled (the
 * function is never called; the record comes back now, or when its lock is free).
 */
export class Letter implements Subscription {
  readonly number: number
  /** Called when its record has come back. */
  onEnd: (() => void) | undefined
  readonly #host: LetterHost
  /** Takes the record down: the engine's answer, 1 when it has come back. */
  readonly #remove: (node: number) => number
  #body: (() => void) | undefined
  #node = 0

  constructor(host: LetterHost, number: number, body: () => void, remove: (node: number) => number) {
    this.#host = host
    this.number = number
    this.#body = body
    this.#remove = remove
  }

  hangs(node: number): this {
    this.#node = node
    return this
  }

  /** It was delivered. */
  call(): void {
    const body = this.#end()
    body?.()
  }

  cancel(): boolean {
    if (this.#body === undefined) return false
    const removed = this.#takeDown()
    // It is in the mail already: its record and reference go back, and then it is called.
    if (removed === DELIVERED) return false
    this.#end()
    if (removed === REMOVED) this.#host.discard(this)
    if (removed === Refusal.Busy) this.#host.abandon(() => this.#isBack())
    return true
  }

  /** Its record has come back. */
  comesBack(): void {
    this.#node = 0
    this.onEnd?.()
  }

  #isBack(): boolean {
    // Delivered meanwhile, it goes back with the mail.
    if (this.#node === 0) return true
    const removed = this.#takeDown()
    if (removed === REMOVED) this.#host.discard(this)
    return removed !== Refusal.Busy
  }

  #takeDown(): number {
    if (this.#host.isClosed) return IN_ANOTHERS_HANDS
    if (this.#node === 0) return REMOVED
    try {
      return this.#remove(this.#node)
    } catch (error) {
      // It was taken down, and what came of that has failed.
      this.#end()
      this.#host.discard(this)
      throw error
    }
  }

  #end(): (() => void) | undefined {
    const body = this.#body
    if (body === undefined) return undefined
    this.#body = undefined
    this.#host.rest()
    return body
  }
}
