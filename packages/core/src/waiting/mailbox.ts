/**
 * Callbacks that must run in the thread that registered them: a signaler hangs them into this thread's mailbox and
 * rings, once for however many; the event loop wakes and calls the functions.
 *
 * A callback's argument is the number of a letter box: an index, and which life of it, so that mail for somebody who
 * left this seat, or has cancelled, is given back and calls nobody.
 */
import { Action, Callback, Kind, Refusal } from "../../built/layout.js"
import { combined, runAll, surface } from "../errors.js"
import type { AskingEngine, QuietEngine } from "../host/asking.js"
import { Steps } from "../memory/steps.js"
import type { Hung, Mail, Seat, Subscription } from "../seat/seat.js"
import { Doorbell } from "./doorbell.js"
import { IN_ANOTHERS_HANDS, Letter, type LetterHost } from "./letter.js"

/** A letter box's number: index in the low bits, life above. */
const INDEX_BITS = 24
const LIVES = 128
/** How soon the epoch is moved on while something is deferred, at first and at most. */
const PUMP_MS = 1
const MOST_PUMP_MS = 32

export class Mailbox implements Mail, LetterHost {
  readonly #seat: Seat
  /** Its engine and its record, also when it has left and is not vacant yet. */
  readonly #engine: QuietEngine
  readonly #ask: AskingEngine
  readonly #record: number
  readonly #bell: Doorbell
  readonly #letters: (Letter | undefined)[] = []
  readonly #free: number[] = []
  readonly #pending = new Set<(error: Error) => void>()
  readonly #abandoned = new Set<() => boolean>()
  #life = 0
  #deferred = 0
  #pump: ReturnType<typeof setTimeout> | undefined
  /** Calls of functions that have been delivered, and that are running. */
  #calling = 0
  /** Why it was closed: set while the thread leaves. */
  #closing: Error | undefined
  #isClosed = false

  constructor(seat: Seat) {
    this.#seat = seat
    this.#engine = seat.engine
    this.#ask = seat.ask
    this.#record = seat.record
    this.#bell = new Doorbell(seat, () => this.deliverQuietly())
  }

  onFence(fence: number, body: () => void): Hung {
    const { ask, heap, record } = this.#seat
    const letter = this.#post(body, (node) => this.#seat.told(this.#ask.tryRemoveCallback(this.#record, node)))
    let node: number
    try {
      node = this.#seat.told(ask.tryAddCallback(record, fence, Action.Deliver, letter.number), (added) => {
        if (added > 0) letter.hangs(added)
      })
    } catch (error) {
      letter.cancel()
      throw error
    }
    if (node > 0) return letter.hangs(node)
    letter.cancel()
    if (node === 0) return "complete"
    if (node === Refusal.Busy) return "later"
    throw heap.fullError("callbacks")
  }

  onRing(body: () => void): Subscription {
    return this.#bell.onRing(body)
  }

  /** Calls a function after a grace period. @throws HeapError FULL */
  defer(body: () => void): void {
    const { engine, heap, record, words } = this.#seat
    // Whoever empties the chain gives the record straight back when it has no code (see `finish` of rcu/retire.ts).
    const letter = this.#post(body, (node) => (Atomics.store(words, (node + Callback.code) >> 2, 0), IN_ANOTHERS_HANDS))
    const node = engine.takeCallback(record, Action.Deliver, letter.number)
    if (node === 0) {
      letter.cancel()
      throw heap.fullError("callbacks")
    }
    letter.onEnd = () => void this.#deferred--
    letter.hangs(node)
    this.#deferred++
    this.#seat.told(this.#seat.ask.defer(record, node))
    this.#pumpSoon(PUMP_MS)
  }

  deliver(): void {
    const errors = this.#deliverAll()
    if (errors.length > 0) throw combined(errors)
  }

  deliverQuietly(): void {
    for (const error of this.#deliverAll()) surface(error)
  }

  abandon(retry: () => boolean): void {
    this.#abandoned.add(retry)
  }

  pend(end: (error: Error) => void): () => void {
    if (this.#closing) throw this.#closing
    this.#pending.add(end)
    this.#bell.expect(1)
    return () => {
      if (this.#pending.delete(end)) this.#bell.expect(-1)
    }
  }

  /**
   * Ends every promise with this error, and takes down what hangs. Waits for nothing: what a lock keeps hanging is tried
   * again by `isEmptied`, and the seat must not be vacated before.
   */
  close(error: Error): void {
    if (this.#closing !== undefined) return
    this.#closing = error
    clearTimeout(this.#pump)
    const letters = this.#letters.filter((letter) => letter !== undefined)
    const errors: unknown[] = []
    const attempt = (body: () => void) => gathered(errors, body)
    for (const end of this.#pending) attempt(() => end(error))
    for (const letter of letters) attempt(() => void letter.cancel())
    attempt(() => this.#bell.close())
    errors.push(...this.#settle())
    if (errors.length > 0) throw combined(errors)
  }

  /** After `close`: tries once more, and says whether all has come back. */
  isEmptied(): boolean {
    for (const error of this.#settle()) surface(error)
    // Who is in the middle of its mail, because one of the functions let the thread leave, deals with the rest of it.
    if (this.#abandoned.size > 0 || this.#calling > 0) return false
    this.#isClosed = true
    return true
  }

  /** The seat is gone already, and whoever cleared up after it has taken down what hung: only promises are to be told. */
  evict(error: Error): void {
    this.#closing = error
    this.#isClosed = true
    clearTimeout(this.#pump)
    this.#bell.silence()
    runAll([...this.#pending].map((end) => () => end(error)))
  }

  /** Nothing of ours hangs any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** A letter's record has come back, or was never hung up: its number may be used again. */
  discard(letter: Letter): void {
    const index = letter.number & ((1 << INDEX_BITS) - 1)
    if (this.#letters[index] !== letter) return
    this.#letters[index] = undefined
    this.#free.push(index)
    letter.comesBack()
  }

  /** A letter will be called no more: nobody needs to stay awake for it. */
  rest(): void {
    this.#bell.expect(-1)
  }

  #post(body: () => void, remove: (node: number) => number): Letter {
    if (this.#closing) throw this.#closing
    const index = this.#free.pop() ?? this.#letters.length
    this.#life = (this.#life + 1) % LIVES
    const letter = new Letter(this, (this.#life << INDEX_BITS) | index, body, remove)
    this.#letters[index] = letter
    this.#bell.expect(1)
    return letter
  }

  #deliverAll(): unknown[] {
    this.#seat.notice()
    return this.#closing ? [] : this.#settle()
  }

  /** Deals with the mail, and with what could not be taken down before. What went wrong with that. */
  #settle(): unknown[] {
    const errors: unknown[] = []
    if (this.#isClosed) return errors
    this.#retryAbandoned(errors)
    gathered(errors, () => this.#emptyMail(errors))
    return errors
  }

  /** Gives everything back before it calls anything: a thread that dies in one of the functions loses nothing by the others. */
  #emptyMail(errors: unknown[]): void {
    const record = this.#record
    const { heap, name } = this.#seat
    const steps = new Steps(heap, name, Kind.Callback, record)
    const arrived: Letter[] = []
    let next: number
    for (let node = this.#engine.takeMail(record); node !== 0; node = next) {
      steps.next()
      next = heap.word(node + Callback.next)
      const number = heap.word(node + Callback.argument)
      const letter = this.#letters[number & ((1 << INDEX_BITS) - 1)]
      if (letter?.number === number) {
        this.discard(letter)
        arrived.push(letter)
      }
      gathered(errors, () => this.#seat.told(this.#ask.finishMail(record, node)))
      // What an issuer did meanwhile let us see that we are evicted: who cleared up has given back the rest.
      if (this.#isClosed) return
    }
    // While the thread leaves nothing is called any more.
    for (const letter of arrived) if (!this.#closing) gathered(errors, () => this.#call(letter))
  }

  #call(letter: Letter): void {
    this.#calling++
    try {
      letter.call()
    } finally {
      this.#calling--
    }
  }

  #retryAbandoned(errors: unknown[]): void {
    for (const retry of Array.from(this.#abandoned))
      gathered(errors, () => {
        // Who throws has done what was to be done.
        this.#abandoned.delete(retry)
        if (!retry()) this.#abandoned.add(retry)
      })
  }

  /** While something is deferred, somebody must move the epoch: a program may have nothing else to do. */
  #pumpSoon(ms: number): void {
    if (this.#pump !== undefined || this.#deferred === 0 || this.#closing) return
    this.#pump = setTimeout(() => {
      this.#pump = undefined
      if (this.#closing) return
      try {
        this.#seat.told(this.#seat.ask.collectAll(this.#seat.record))
      } catch (error) {
        surface(error)
      }
      this.deliverQuietly()
      this.#pumpSoon(Math.min(2 * ms, MOST_PUMP_MS))
    }, ms)
  }
}

function gathered(errors: unknown[], body: () => void): void {
  try {
    body()
  } catch (error) {
    errors.push(error)
  }
}
