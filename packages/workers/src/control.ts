/** The words through which a race is started, stopped phase by phase, and watched. */
import { StartLine } from "./start-line.js"

const PHASE = StartLine.WORDS
const FIRST_THREAD = 16
/** Each thread writes to a cache line of its own. */
const WORDS_PER_THREAD = 32
const OPERATIONS = 0
const TURNS = 1
const OS_THREAD = 2
/** Later than any phase. */
const OVER = 1_000

/** Shared by the main thread and all roles. */
export class Control {
  readonly line: StartLine
  readonly #words: Int32Array
  readonly #threads: number

  constructor(
    threads: number,
    buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * (FIRST_THREAD + WORDS_PER_THREAD * threads)),
  ) {
    this.#words = new Int32Array(buffer)
    this.#threads = threads
    this.line = new StartLine(threads, this.#words.subarray(0, StartLine.WORDS))
  }

  get buffer(): SharedArrayBuffer {
    return this.#words.buffer as SharedArrayBuffer
  }

  /** 0 while all race; in phase n those whose phase is below n finish their operation and come back. */
  get phase(): number {
    return Atomics.load(this.#words, PHASE)
  }

  /** Begins a phase, unless a later one has begun. */
  enter(phase: number): void {
    if (phase > this.phase) Atomics.store(this.#words, PHASE, phase)
    this.line.open()
  }

  /** Ends the race for all at once: something did not hold. */
  stop(): void {
    this.enter(OVER)
  }

  /** Whether it was ended by something that did not hold. */
  get isStopped(): boolean {
    return this.phase >= OVER
  }

  /** Notes which worker plays a part: it may have to be terminated. */
  noteThread(thread: number, osThread: number): void {
    this.#words[this.#at(thread) + OS_THREAD] = osThread
  }

  /** The worker that plays a part, by the number it wrote down; 0 before that. */
  osThreadOf(thread: number): number {
    return this.#words[this.#at(thread) + OS_THREAD]!
  }

  /** More operations of a thread. */
  countOperations(thread: number, times: number): void {
    this.#words[this.#at(thread) + OPERATIONS]! += times
  }

  /** One more turn of a thread's loop, whether it finds something to do or not: it is not stuck. */
  countTurn(thread: number): void {
    this.#words[this.#at(thread) + TURNS]!++
  }

  turnsOf(thread: number): number {
    return Atomics.load(this.#words, this.#at(thread) + TURNS)
  }

  operationsOf(thread: number): number {
    return Atomics.load(this.#words, this.#at(thread) + OPERATIONS)
  }

  /** Operations so far, of all threads. May be late. */
  get operations(): number {
    let sum = 0
    for (let i = 0; i < this.#threads; i++) sum += this.operationsOf(i)
    return sum
  }

  #at(thread: number): number {
    return FIRST_THREAD + WORDS_PER_THREAD * thread
  }
}
