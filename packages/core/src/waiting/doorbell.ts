/**
 * Waits on this thread's doorbell without blocking, and keeps the process alive while something is expected: a pending
 * `Atomics.waitAsync` alone keeps none alive, so a timer does.
 */
import { Thread as ThreadRecord } from "../../built/layout.js"
import { runAll, surface } from "../errors.js"
import type { Seat, Subscription } from "../seat/seat.js"

type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
) => { async: false; value: string } | { async: true; value: Promise<string> }
const { waitAsync } = (globalThis.Atomics ?? {}) as { waitAsync?: WaitAsync }

/** The longest a timer can wait. */
const FOREVER_MS = 0x7fffffff
/** Where `waitAsync` is missing the mailbox is looked into this often. */
const POLL_MS = 2

export class Doorbell {
  readonly #seat: Seat
  readonly #deliver: () => void
  readonly #onRing = new Set<() => void>()
  #expected = 0
  #isListening = false
  #isClosed = false
  #keepAlive: ReturnType<typeof setInterval> | undefined

  constructor(seat: Seat, deliver: () => void) {
    this.#seat = seat
    this.#deliver = deliver
  }

  /** One more, or one fewer, is expected. */
  expect(change: 1 | -1): void {
    this.#expected += change
    if (this.#isClosed) return
    if (this.#expected === 1 && change === 1) this.#stayAwake()
    else if (this.#expected === 0) this.#rest()
  }

  /** Calls a function at each ring from now on. Does not keep the process alive by itself. */
  onRing(body: () => void): Subscription {
    this.#onRing.add(body)
    this.#listen()
    return { cancel: () => this.#onRing.delete(body) }
  }

  close(): void {
    this.silence()
    // Wakes our own wait, so that it is over.
    this.#seat.engine.ring(this.#seat.record)
  }

  /** Rings for nobody any more, and keeps nothing alive. */
  silence(): void {
    this.#isClosed = true
    this.#rest()
  }

  #stayAwake(): void {
    if (waitAsync) this.#keepAlive = setInterval(() => {}, FOREVER_MS)
    else this.#keepAlive = setInterval(() => this.#ringIn(), POLL_MS)
    this.#listen()
  }

  #rest(): void {
    clearInterval(this.#keepAlive)
    this.#keepAlive = undefined
  }

  /** One wait is out at a time, also while nothing is expected. */
  #listen(): void {
    if (this.#isListening || this.#isClosed || !waitAsync) return
    const { engine, record, words } = this.#seat
    const value = engine.listen(record)
    const bell = waitAsync(words, (record + ThreadRecord.doorbell) >> 2, value)
    this.#isListening = true
    const answer = () => {
      this.#isListening = false
      if (this.#isClosed) return
      // Listen first, look afterwards: what comes in between rings.
      if (this.#expected > 0) this.#listen()
      this.#ringIn()
    }
    if (bell.async) void bell.value.then(answer)
    else queueMicrotask(answer)
  }

  #ringIn(): void {
    try {
      // Before anybody looks in a seat that is another's.
      this.#seat.notice()
      runAll(this.#onRing)
    } catch (error) {
      surface(error)
    }
    this.#deliver()
  }
}
