/** What all threads of a race over drivers know beside the heap: whether the driver is up, who is in it, what was seen. */
import { MOST_THREADS } from "@outlive/workers"
import { numbers } from "./numbers.js"
import { LAYER_WORDS, Words } from "./words.js"

/** Sides of the race: what a verdict is made of. */
export const SIDES = [
  "issued",
  "unloaded",
  "unloaded while held",
  "refused while held",
  "refused although nobody else holds",
  "gone after the last put",
  "named after it went",
  "asked after it went",
  "waited for after it went",
  "hung on after it went",
  "dropped after it went",
  "asked while it stops",
  "its lock went with it",
  "kept loaded by the dead",
  "fences were passed on",
  "oops",
] as const
export type Side = (typeof SIDES)[number]

/** Those who do what others wait for. */
export type Serving = "hardware" | "kernel"

/** Whether a driver can be opened. */
export const State = { down: 0, up: 1, closing: 2 } as const

const STATE = 0
const LIFE = 1
const BURIED = 2
const LET_GO = 3
const ROUNDS = { hardware: 5, kernel: 6 } as const
const FIRST_SIDE = 8
/** Of each thread: its record in the heap, whether it has the driver open, how many fences it holds, how often it has served others. */
const FIRST_THREAD = 32
const WORDS_PER_THREAD = 4
const SEAT = 0
const FILES = 1
const HELD = 2
const SERVED = 3
const FIRST_TYPE = FIRST_THREAD + WORDS_PER_THREAD * MOST_THREADS
/** Of each fence type: registers, and what its driver keeps in plain memory. */
export const WORDS_PER_TYPE = 512
const PER_TYPE = WORDS_PER_TYPE + LAYER_WORDS

const threads = numbers(MOST_THREADS)
const of = (thread: number, word: number) => FIRST_THREAD + WORDS_PER_THREAD * thread + word

export class Board {
  readonly buffer: SharedArrayBuffer
  readonly #words: Words

  constructor(types: number, buffer = new SharedArrayBuffer(4 * (FIRST_TYPE + PER_TYPE * types))) {
    this.buffer = buffer
    this.#words = new Words(new Int32Array(buffer))
  }

  /** A `State`. */
  get state(): number {
    return this.#words.load(STATE)
  }

  set state(state: number) {
    this.#words.store(STATE, state)
  }

  /** How often the module has gone. */
  get life(): number {
    return this.#words.load(LIFE)
  }

  /** The module has gone. */
  endLife(): void {
    this.#words.add(LIFE, 1)
  }

  /** A thread takes part, by its number and its record in the heap. */
  join(thread: number, record: number): void {
    this.#words.store(of(thread, SEAT), record)
  }

  /** What those who have gone in the middle had open and held is nobody's any more. */
  bury(isGone: (record: number) => boolean): void {
    for (const thread of threads) {
      const record = this.#words.load(of(thread, SEAT))
      if (record === 0 || !isGone(record)) continue
      for (const word of [SEAT, FILES, HELD]) this.#words.store(of(thread, word), 0)
      this.#words.add(BURIED, 1)
    }
  }

  /** How many have gone in the middle. */
  get buried(): number {
    return this.#words.load(BURIED)
  }

  /** How many have the driver open. */
  get files(): number {
    return this.#sum(FILES)
  }

  /** Opens the driver; false when it is not up. A module is not unloaded while a file is open. */
  tryOpen(thread: number): boolean {
    this.#words.store(of(thread, FILES), 1)
    if (this.state === State.up) return true
    this.close(thread)
    return false
  }

  close(thread: number): void {
    this.#words.store(of(thread, FILES), 0)
  }

  /** Whether all who hold fences are to let go of them. */
  get isLettingGo(): boolean {
    return this.#words.load(LET_GO) !== 0
  }

  set isLettingGo(value: boolean) {
    this.#words.store(LET_GO, value ? 1 : 0)
  }

  /** Fences in the hands of users, beside those in slots. */
  get held(): number {
    return this.#sum(HELD)
  }

  hold(thread: number, change: 1 | -1): void {
    this.#words.add(of(thread, HELD), change)
  }

  #sum(word: number): number {
    return threads.reduce((sum, thread) => sum + this.#words.load(of(thread, word)), 0)
  }

  /** How often they have looked for something to do. */
  rounds(serving: Serving): number {
    return this.#words.load(ROUNDS[serving])
  }

  comeRound(serving: Serving, thread: number): void {
    this.#words.add(ROUNDS[serving], 1)
    this.#words.add(of(thread, SERVED), 1)
  }

  /** The rounds of each who serves. */
  roundsOfEach(): readonly { readonly thread: number; readonly rounds: number }[] {
    const all = threads.map((thread) => ({ thread, rounds: this.#words.load(of(thread, SERVED)) }))
    return all.filter(({ rounds }) => rounds > 0)
  }

  /** How often one of them has looked for something to do. */
  roundsOf(thread: number): number {
    return this.#words.load(of(thread, SERVED))
  }

  note(side: Side): void {
    this.#words.add(FIRST_SIDE + SIDES.indexOf(side), 1)
  }

  times(side: Side): number {
    return this.#words.load(FIRST_SIDE + SIDES.indexOf(side))
  }

  /** The words of the scheduler that one fence type is behind. */
  layerOf(type: number): Words {
    return this.#words.part(FIRST_TYPE + PER_TYPE * type + WORDS_PER_TYPE, LAYER_WORDS)
  }

  /** The words of one fence type. */
  wordsOf(type: number): Words {
    return this.#words.part(FIRST_TYPE + PER_TYPE * type, WORDS_PER_TYPE)
  }
}
