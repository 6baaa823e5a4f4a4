/** One function that waits to be called in this thread, and the record that hangs somewhere for it. */
import type { Subscription } from "../seat/seat.js"

/** What a letter tells its mailbox. */
export interface LetterHost {
  readonly isClosed: boolean
  discard(letter: Letter): void
  rest(): void
}

/** What taking a record down can come to; anything else: it comes back by itself, later. */
const REMOVED = 1
const DELIVERED = 0
const IN_ANOTHERS_HANDS = -1

/**
 * Its life: made, hanging, and then either delivered (the function is called, the record goes back) or cancelled (the
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
    const removed = this.#host.isClosed ? IN_ANOTHERS_HANDS : this.#node === 0 ? REMOVED : this.#remove(this.#node)
    // It is in the mail already: it will be called, and its record and reference go back then.
    if (removed === DELIVERED) return false
    this.#end()
    if (removed === REMOVED) this.#host.discard(this)
    return true
  }

  #end(): (() => void) | undefined {
    const body = this.#body
    if (body === undefined) return undefined
    this.#body = undefined
    this.#host.rest()
    return body
  }
}
