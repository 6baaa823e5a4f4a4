/**
 * Callbacks that must run in the thread that registered them: a signaler hangs them into this thread's mailbox and
 * rings, once for however many; the event loop wakes and calls the functions.
 *
 * A pending `Atomics.waitAsync` keeps no process alive, so a timer does, for as long as something is expected.
 */
import { Action, Callback, Thread as ThreadRecord } from "../../built/layout.js"
import type { Thread } from "./thread.js"

type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
) => { async: false; value: string } | { async: true; value: Promise<string> }
const waitAsync = (Atomics as unknown as { waitAsync?: WaitAsync }).waitAsync

/** The longest a timer can wait. */
const FOREVER_MS = 0x7fffffff
/** Where `waitAsync` is missing the mailbox is looked into this often. */
const POLL_MS = 2

export class Mailbox {
  readonly #thread: Thread
  readonly #functions: ((() => void) | undefined)[] = []
  /** By ticket: the record that hangs on a fence, or 0. */
  readonly #nodes: number[] = []
  readonly #freeTickets: number[] = []
  /** By ticket: the syncobj whose submission is waited for, where it is not a fence. */
  readonly #submissions = new Map<number, number>()
  readonly #onRing = new Set<() => void>()
  #expected = 0
  #deferred = 0
  #listening = false
  #closed = false
  #keepAlive: ReturnType<typeof setInterval> | undefined

  constructor(thread: Thread) {
    this.#thread = thread
  }

  /** Calls a function after a grace period. @throws HeapError FULL */
  defer(body: () => void): void {
    const { engine, heap, record } = this.#thread
    const ticket = this.#expect(() => {
      this.#deferred--
      body()
    })
    const node = engine.takeCallback(record, Action.Deliver, ticket)
    if (node === 0) {
      this.#forget(ticket)
      throw heap.fullError("callbacks")
    }
    this.#deferred++
    engine.defer(record, node)
  }

  /** Hangs a function on a fence: its ticket, or -1 when the fence is complete. @throws HeapError FULL */
  watch(fence: number, body: () => void): number {
    const { engine, heap, record } = this.#thread
    const ticket = this.#expect(body)
    const node = engine.addCallback(record, fence, Action.Deliver, ticket)
    if (node > 0) {
      this.#nodes[ticket] = node
      return ticket
    }
    this.#forget(ticket)
    this.#thread.rethrow()
    if (node < 0) throw heap.fullError("callbacks")
    return -1
  }

  /** Calls a function when something is submitted to a syncobj: its ticket. @throws HeapError FULL */
  watchSubmission(syncobj: number, body: () => void): number {
    const { engine, heap, record } = this.#thread
    const ticket = this.#expect(body)
    const node = engine.addWaiter(record, syncobj, Action.Deliver, ticket)
    if (node === 0) {
      this.#forget(ticket)
      throw heap.fullError("callbacks")
    }
    this.#nodes[ticket] = node
    this.#submissions.set(ticket, syncobj)
    return ticket
  }

  /** Takes a function off its syncobj: true if it had not been delivered and now will not be. */
  unwatchSubmission(ticket: number): boolean {
    const { engine, record } = this.#thread
    const syncobj = this.#submissions.get(ticket)
    const node = this.#nodes[ticket] ?? 0
    if (syncobj === undefined || node === 0 || engine.removeWaiter(record, syncobj, node) === 0) return false
    this.#forget(ticket)
    return true
  }

  /** Takes a function off its fence: true if it had not been delivered and now will not be. */
  unwatch(ticket: number): boolean {
    const { engine, record } = this.#thread
    const node = this.#nodes[ticket] ?? 0
    if (node === 0 || engine.removeCallback(record, node) === 0) return false
    this.#forget(ticket)
    return true
  }

  /**
   * The next ring of this thread's bell, from now on; call before looking for what it may have rung for. The process
   * stays alive until then.
   */
  nextRing(signal: AbortSignal): { within(ms: number): Promise<void>; forget(): void } {
    let ring: () => void = () => {}
    const rung = new Promise<void>((resolve) => (ring = resolve))
    const ticket = this.#expect(() => {})
    this.#onRing.add(ring)
    signal.addEventListener("abort", ring, { once: true })
    this.#listen()
    const forget = () => {
      signal.removeEventListener("abort", ring)
      this.#onRing.delete(ring)
      this.#forget(ticket)
    }
    return {
      forget,
      within: async (ms) => {
        const timer = ms === Infinity ? undefined : setTimeout(ring, Math.max(0, ms))
        await rung
        clearTimeout(timer)
        forget()
      },
    }
  }

  /** Calls everything that has been delivered. What a function throws is thrown from here, after the others have run. */
  deliver(): void {
    if (this.#closed) return
    const { engine, heap, record } = this.#thread
    let failure: { error: unknown } | undefined
    const attempt = (body: () => void) => {
      try {
        body()
      } catch (error) {
        failure ??= { error }
      }
    }
    let node = engine.takeMail(record)
    while (node !== 0) {
      const next = heap.word(node + Callback.next)
      const ticket = heap.word(node + Callback.argument)
      const body = this.#functions[ticket]
      this.#forget(ticket)
      if (body) attempt(body)
      const done = node
      attempt(() => void engine.finishMail(record, done))
      node = next
    }
    if (failure) throw failure.error
  }

  /** Drops what is expected, and gives every record back. */
  close(): void {
    const { engine, record } = this.#thread
    for (const ticket of this.#submissions.keys()) this.unwatchSubmission(ticket)
    for (const [ticket, node] of this.#nodes.entries())
      if (node && !this.#submissions.has(ticket)) engine.removeCallback(record, node)
    if (this.#deferred > 0) engine.barrier(record)
    let node = engine.takeMail(record)
    while (node !== 0) node = engine.finishMail(record, node)
    this.#closed = true
    this.#functions.length = 0
    this.#nodes.length = 0
    this.#rest()
    engine.ring(record)
  }

  /** Keeps a function under a number, and the process alive until it was called or forgotten. */
  #expect(body: () => void): number {
    const ticket = this.#freeTickets.pop() ?? this.#functions.length
    this.#functions[ticket] = body
    this.#nodes[ticket] = 0
    if (this.#expected++ === 0) this.#stayAwake()
    return ticket
  }

  #forget(ticket: number): void {
    this.#functions[ticket] = undefined
    this.#nodes[ticket] = 0
    this.#submissions.delete(ticket)
    this.#freeTickets.push(ticket)
    if (--this.#expected === 0) this.#rest()
  }

  #stayAwake(): void {
    if (waitAsync) this.#keepAlive = setInterval(() => {}, FOREVER_MS)
    else this.#keepAlive = setInterval(() => this.deliver(), POLL_MS)
    this.#listen()
  }

  #rest(): void {
    clearInterval(this.#keepAlive)
    this.#keepAlive = undefined
  }

  /** Waits for the bell, without blocking. One wait is out at a time, also while nothing is expected. */
  #listen(): void {
    if (this.#listening || !waitAsync) return
    const { engine, record, words } = this.#thread
    const value = engine.listen(record)
    const bell = waitAsync(words, (record + ThreadRecord.doorbell) >> 2, value)
    this.#listening = true
    const answer = () => {
      this.#listening = false
      if (this.#closed) return
      // Listen first, look afterwards: what comes in between rings.
      if (this.#expected > 0) this.#listen()
      for (const ring of this.#onRing) ring()
      try {
        this.deliver()
      } catch (error) {
        // A callback's exception is its own: it surfaces as one, not as a rejection of our promise.
        queueMicrotask(() => {
          throw error
        })
      }
    }
    if (bell.async) void bell.value.then(answer)
    else queueMicrotask(answer)
  }
}
