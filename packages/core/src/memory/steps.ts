/** Walks of the host come to an end, as the engine's do (`engine/bound.ts`), whatever is in the memory. */
import { Header, Pool } from "../../built/layout.js"
import type { OopsError } from "../errors.js"
import { hostOops } from "../host/oops.js"

/** No record is smaller: a memory has no more of them than this many to the word. */
const LEAST_RECORD_WORDS = 8

/** How many records of a kind there are, as far as that can be believed: a capacity that was overwritten is no bound. */
export function mostRecords(words: Int32Array, kind: number): number {
  const capacity = words[(Header.pools + kind * Pool.Bytes + Pool.capacity) >> 2]!
  return Math.min(capacity, (words.length / LEAST_RECORD_WORDS) | 0)
}

/** A loop that asks again after each thing it has dealt with: others may bring something new meanwhile, but not for ever. */
export const MOST_ROUNDS = 16

/** One less than a power of two. */
const SELDOM = 127

/**
 * This is the so-manieth step along a list of records of one kind: for walks that hand each record out, where an object that
 * counts would cost more than the step. As in the engine, the capacity is looked at now and then only.
 * @throws OopsError BROKEN_LIST after more steps than there are records
 */
export function assertSteps(
  steps: number,
  heap: { readonly words: Int32Array },
  thread: string,
  kind: number,
  list: number,
): void {
  if ((steps & SELDOM) === 0 && steps > mostRecords(heap.words, kind)) throw brokenList(thread, list)
}

/** One walk along a list of records of one kind, or so many of them. */
export class Steps {
  readonly #thread: string
  readonly #list: number
  #left: number

  /** `list` is where it is, for the oops. */
  constructor(heap: { readonly words: Int32Array }, thread: string, kind: number, list: number, rounds = 1) {
    this.#thread = thread
    this.#list = list
    this.#left = mostRecords(heap.words, kind) * rounds
  }

  /** One step further. @throws OopsError BROKEN_LIST after as many as there are records */
  next(): void {
    if (this.#left-- > 0) return
    throw brokenList(this.#thread, this.#list)
  }
}

function brokenList(thread: string, list: number): OopsError {
  const message = `A list at 0x${list.toString(16)} comes back to itself: the heap is damaged`
  return hostOops(thread, "BROKEN_LIST", message, list)
}
