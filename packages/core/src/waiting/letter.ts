/** One function that waits to be called in this thread, and the record that hangs somewhere for it. */
import type { Subscription } from "../seat/seat.js"

/** What a letter tells its mailbox. */
export interface LetterHost {
  readonly isClosed: boolean
  discard(letter: Letter): void
  rest(): void
}

/**
 * Its life: made, hanging, and then either delivered (the function is called, the record goes back) or cancelled (the
 * function is never called; the record comes back now, or with the mail it is already in, or when its lock is free).
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
    if (this.#end() === undefined) return false
    if (this.#host.isClosed) return true
    if (this.#node === 0 || this.#remove(this.#node) === 1) this.#host.discard(this)
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
