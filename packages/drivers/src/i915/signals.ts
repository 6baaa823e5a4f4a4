/**
 * i915: the signal list of a context, sorted by seqno, and its lock. That is taken without disabling interrupts, since whoever
 * comes has done so with the lock of a request. Where that does not hold, an interrupt on the holder's processor wants it too.
 */
import { sleep } from "@outlive/workers"
import { type Seated, isGone } from "../departed.js"
import { numbers } from "../numbers.js"
import type { Words } from "../words.js"

const HOLDER = 0
const COUNT = 1
const FIRST = 2
const LOOK_MS = 0.05

export const MOST_SIGNALS = 64
/** Words of it. */
export const SIGNALS_WORDS = FIRST + MOST_SIGNALS

export class Signals {
  readonly #words: Words
  readonly #seqnoOf: (entry: number) => number
  readonly #isKept: (entry: number, thread: Seated) => boolean

  /** @param isKept whether the list has a reference on the request in an entry */
  constructor(words: Words, seqnoOf: (entry: number) => number, isKept: (entry: number, thread: Seated) => boolean) {
    this.#words = words
    this.#seqnoOf = seqnoOf
    this.#isKept = isKept
  }

  reset(): void {
    this.#words.store(COUNT, 0)
    this.#words.store(HOLDER, 0)
  }

  locked<T>(thread: Seated, body: () => T): T {
    while (!this.#words.claim(HOLDER, 0, thread.record) && !this.#inherits(thread)) sleep(LOOK_MS)
    try {
      return body()
    } finally {
      this.#words.store(HOLDER, 0)
    }
  }

  /** From one who died in the middle: the list is made anew, of what it has references on. */
  #inherits(thread: Seated): boolean {
    const holder = this.#words.load(HOLDER)
    if (holder === 0 || !isGone(thread, holder) || !this.#words.claim(HOLDER, holder, thread.record)) return false
    const kept = numbers(MOST_SIGNALS).filter((entry) => this.#isKept(entry, thread))
    this.#write(kept.sort((a, b) => this.#seqnoOf(a) - this.#seqnoOf(b)))
    return true
  }

  isHeldBy(holder: number): boolean {
    return this.#words.load(HOLDER) === holder
  }

  /** Under the lock. @param isAnywhere whether it stays at the end, where it does not belong */
  insert(entry: number, isAnywhere = false): void {
    const mayFollow = (before: number) => isAnywhere || this.#seqnoOf(before) <= this.#seqnoOf(entry)
    let at = this.#words.load(COUNT)
    for (; at > 0 && !mayFollow(this.#at(at - 1)); at--) this.#words.store(FIRST + at, this.#at(at - 1))
    this.#words.store(FIRST + at, entry)
    this.#words.add(COUNT, 1)
  }

  /** Under the lock: takes off those from the front that fit. */
  takeWhile(fits: (entry: number) => boolean): number[] {
    const all = this.#all()
    const end = all.findIndex((entry) => !fits(entry))
    const taken = end < 0 ? all : all.slice(0, end)
    this.#write(all.slice(taken.length))
    return taken
  }

  /** Under the lock: false if it is not there. */
  remove(entry: number): boolean {
    const all = this.#all()
    this.#write(all.filter((other) => other !== entry))
    return all.includes(entry)
  }

  /** Under the lock. */
  get isSorted(): boolean {
    const all = this.#all().map(this.#seqnoOf)
    return all.every((seqno, n) => n === 0 || all[n - 1]! < seqno)
  }

  #all = (): number[] => Array.from({ length: this.#words.load(COUNT) }, (_, n) => this.#at(n))
  #at = (n: number): number => this.#words.load(FIRST + n)

  #write(entries: readonly number[]): void {
    for (const [n, entry] of entries.entries()) this.#words.store(FIRST + n, entry)
    this.#words.store(COUNT, entries.length)
  }
}
