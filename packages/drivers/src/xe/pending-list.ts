/**
 * A list whose links stand in plain words, as `list_head` does: who edits it without its lock tears it. Each edit looks at its
 * neighbours first (CONFIG_DEBUG_LIST): in a kernel what follows would be a fault, or a fence that nobody finds any more.
 */
import type { Words } from "../words.js"

/** What is said of a link that has no partner. */
export type Torn = (message: string) => void

const END = -1

export class PendingList {
  readonly #words: Words
  readonly #entries: number
  readonly #torn: Torn

  /** @param words two for each entry, and two more */
  constructor(words: Words, entries: number, torn: Torn) {
    this.#words = words
    this.#entries = entries
    this.#torn = torn
  }

  empty(): void {
    this.#setNext(END, END)
    this.#setPrevious(END, END)
  }

  get isEmpty(): boolean {
    return this.#next(END) === END
  }

  /** Links an entry at the end. `between` is what another processor can do meanwhile, if it is not kept out. */
  add(entry: number, between: () => void): void {
    const last = this.#previous(END)
    between()
    if (this.#next(last) !== END) this.#torn(`added after ${last}, which is not the last`)
    this.#setNext(entry, END)
    this.#setPrevious(entry, last)
    this.#setNext(last, entry)
    this.#setPrevious(END, entry)
  }

  remove(entry: number): void {
    const [previous, next] = [this.#previous(entry), this.#next(entry)]
    if (previous < END || next < END) {
      this.#torn(`${entry} is taken off, and never was on it`)
      return
    }
    if (this.#next(previous) !== entry || this.#previous(next) !== entry)
      this.#torn(`${entry} is taken off, between ${previous} and ${next}, which do not lead to it`)
    this.#setNext(previous, next)
    this.#setPrevious(next, previous)
  }

  /** All of them, in order; the one that was given last may be removed. */
  *all(): Generator<number, void, undefined> {
    let entry = this.#next(END)
    for (let steps = 0; entry !== END; steps++) {
      if (steps > this.#entries) {
        this.#torn("it does not end")
        return
      }
      const next = this.#next(entry)
      yield entry
      entry = next
    }
  }

  // Links are stored plus two: words that nobody has written are no links.
  #next = (entry: number): number => this.#words.load(2 * (entry + 1)) - 2
  #previous = (entry: number): number => this.#words.load(2 * (entry + 1) + 1) - 2
  #setNext = (entry: number, to: number): void => this.#words.store(2 * (entry + 1), to + 2)
  #setPrevious = (entry: number, to: number): void => this.#words.store(2 * (entry + 1) + 1, to + 2)
}
